#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <string>

#include "tflite/metadata.h"
#include "tflite/model.h"
#include "tflite/writer.h"

namespace mltk {

/// The options of an operator as they are written.
inline std::vector<std::uint8_t> options_bytes(const tflite::Operator& op) {
  tflite::Model alone;
  alone.subgraphs.resize(1);
  alone.subgraphs[0].operators.push_back({.code = op.code, .options = op.options, .inputs = {}, .outputs = {}});
  return tflite::write_model(alone);
}

/// What differs first between two models, operator by operator; "" when nothing does. Names, tensor order and buffers
/// do not count. `scale_ulp`: units in the last place that scales may differ by.
inline std::string first_difference(const tflite::Model& a, const tflite::Model& b, int scale_ulp = 0,
                                    int bias_codes = 0) {
  const auto& x = a.subgraphs.at(0);
  const auto& y = b.subgraphs.at(0);
  if (x.operators.size() != y.operators.size()) {
    std::string text = "operators:";
    for (const auto& op : x.operators) text += " " + tflite::to_string(op.code);
    text += " instead of";
    for (const auto& op : y.operators) text += " " + tflite::to_string(op.code);
    return text;
  }
  const auto close = [&](float p, float q) {
    float low = std::min(p, q);
    for (int i = 0; i < scale_ulp && low < std::max(p, q); ++i) low = std::nextafter(low, std::max(p, q));
    return low >= std::max(p, q);
  };
  std::map<std::int32_t, std::int32_t> counterpart;  // of activations: the same edges
  const auto compare_tensors = [&](std::int32_t i, std::int32_t k, const std::string& where) -> std::string {
    if ((i < 0) != (k < 0)) return where + ": one is absent";
    if (i < 0) return "";
    const auto& p = x.tensors[static_cast<std::size_t>(i)];
    const auto& q = y.tensors[static_cast<std::size_t>(k)];
    if (p.type != q.type)
      return fmt::format("{}: {} instead of {}", where, tflite::to_string(p.type), tflite::to_string(q.type));
    if (b.buffer_of(q).empty() && counterpart.try_emplace(i, k).first->second != k) return where + ": another tensor";
    if (p.is_variable != q.is_variable) return where + ": a state or none";
    if (p.shape_signature != q.shape_signature) return where + ": shape signature";
    if (p.quantization.quantized_dimension != q.quantization.quantized_dimension)
      return where + ": quantized dimension";
    if (p.shape != q.shape)
      return where + ": shape " + tflite::shape_text(p.shape) + " instead of " + tflite::shape_text(q.shape);
    if (p.quantization.scale.size() != q.quantization.scale.size()) return where + ": number of scales";
    for (std::size_t s = 0; s < p.quantization.scale.size(); ++s) {
      if (!close(p.quantization.scale[s], q.quantization.scale[s])) {
        return fmt::format("{}: scale {} is {} instead of {}", where, s, p.quantization.scale[s],
                           q.quantization.scale[s]);
      }
    }
    if (p.quantization.zero_point != q.quantization.zero_point) return where + ": zero point";
    const auto& m = a.buffer_of(p);
    const auto& n = b.buffer_of(q);
    if (m.size() != n.size()) return where + ": size of the data";
    if (p.type == tflite::TensorType::int32 && bias_codes > 0) {
      for (std::size_t e = 0; e + 4 <= m.size(); e += 4) {
        std::int32_t u = 0;
        std::int32_t v = 0;
        std::memcpy(&u, &m[e], 4);
        std::memcpy(&v, &n[e], 4);
        if (std::abs(u - v) > bias_codes) return fmt::format("{}: bias {} instead of {}", where, u, v);
      }
      return "";
    }
    return m == n ? "" : where + ": data";
  };
  for (std::size_t i = 0; i < x.operators.size(); ++i) {
    const auto& p = x.operators[i];
    const auto& q = y.operators[i];
    const std::string where = fmt::format("{} ({})", tflite::to_string(q.code), i);
    if (p.code != q.code) return where + ": is " + tflite::to_string(p.code);
    if (p.version != q.version) return fmt::format("{}: version {} instead of {}", where, p.version, q.version);
    if (options_bytes(p) != options_bytes(q)) return where + ": options";
    if (p.inputs.size() != q.inputs.size()) return where + ": number of inputs";
    for (std::size_t k = 0; k < p.inputs.size(); ++k) {
      auto text = compare_tensors(p.inputs[k], q.inputs[k], fmt::format("{} input {}", where, k));
      if (!text.empty()) return text;
    }
    if (p.intermediates.size() != q.intermediates.size()) return where + ": number of intermediates";
    for (std::size_t k = 0; k < p.intermediates.size(); ++k) {
      auto text = compare_tensors(p.intermediates[k], q.intermediates[k], fmt::format("{} intermediate {}", where, k));
      if (!text.empty()) return text;
    }
    for (std::size_t k = 0; k < p.outputs.size(); ++k) {
      auto text = compare_tensors(p.outputs[k], q.outputs[k], fmt::format("{} output {}", where, k));
      if (!text.empty()) return text;
    }
  }
  // Outputs stand in Keras' order, the converter's is that of a hash of their names.
  for (const std::int32_t output : x.outputs) {
    if (!counterpart.contains(output) || std::ranges::count(y.outputs, counterpart.at(output)) != 1)
      return "outputs: other tensors";
  }
  const auto* release = tflite::find_metadata(a, "min_runtime_version");
  const auto* expected = tflite::find_metadata(b, "min_runtime_version");
  if (release != nullptr && expected != nullptr && *release != *expected) {
    return fmt::format("min_runtime_version: {} instead of {}", std::string(release->begin(), release->end()),
                       std::string(expected->begin(), expected->end()));
  }
  return "";
}

}  // namespace mltk
