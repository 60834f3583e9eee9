// Models whose weights alone are small: int8 (dynamic range) and float16.

#include <algorithm>
#include <bit>
#include <set>

#include "quantize/arrange.h"
#include "quantize/model_editor.h"
#include "quantize/quantize.h"
#include "quantize/rules.h"
#include "tflite/ops/fully_connected.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;
using tflite::TensorType;

/// The nearest float16, ties to even; what is too large becomes the largest finite one.
std::uint16_t to_float16(float value) {
  constexpr float kLargest = 65504;
  const auto bits = std::bit_cast<std::uint32_t>(std::clamp(value, -kLargest, kLargest));
  const std::uint32_t sign = bits >> 16U & 0x8000U;
  const auto exponent = static_cast<int>(bits >> 23U & 0xFFU) - 127;
  // The significand with its leading one, of which `dropped` bits go. Below 2^-14 numbers are subnormal.
  const std::uint32_t significand = (bits & 0x7FFFFFU) | 0x800000U;
  const int dropped = exponent < -14 ? 13 + (-14 - exponent) : 13;
  if (dropped > 24) return static_cast<std::uint16_t>(sign);
  const std::uint32_t kept = significand >> static_cast<unsigned>(dropped);
  const std::uint32_t rest = significand & ((1U << static_cast<unsigned>(dropped)) - 1);
  const std::uint32_t half = 1U << static_cast<unsigned>(dropped - 1);
  const std::uint32_t rounded = kept + (rest > half || (rest == half && (kept & 1U) != 0) ? 1 : 0);
  // A carry out of the significand raises the exponent by itself.
  const std::uint32_t biased = exponent < -14 ? 0 : static_cast<std::uint32_t>(exponent + 14);
  return static_cast<std::uint16_t>(sign | ((biased << 10U) + rounded));
}

}  // namespace

tflite::Model quantize_dynamic_range(const tflite::Model& model) {
  constexpr std::size_t kFewestElements = 1024;
  ModelEditor editor(model);
  for (tflite::Operator& op : editor.main().operators) {
    const QuantizeRule* rule = find_rule(op.code);
    if (rule == nullptr || rule->rule != Rule::with_weights || op.code == BuiltinOperator::transpose_conv) continue;
    const std::int32_t weights = op.inputs.at(1);
    if (editor.is_float_constant(weights) && editor.floats(weights).size() >= kFewestElements) {
      const Channels channels = channels_of(editor.tensor(weights).shape, rule->weight_axis, rule->per_channel);
      const WeightScales scales = weight_scales(editor.floats(weights), channels, rule->per_channel, Generation::old);
      editor.set_constant(
          weights, TensorType::int8, weight_codes(editor.floats(weights), channels, scales),
          {.scale = scales.scales,
           .zero_point = std::vector<std::int64_t>(scales.scales.size()),
           .quantized_dimension = static_cast<std::int32_t>(rule->per_channel ? rule->weight_axis : 0)});
    }
    auto* dense = std::any_cast<tflite::FullyConnectedOptions>(&op.options);
    if (dense != nullptr && editor.tensor(weights).type == TensorType::int8) dense->asymmetric_quantize_inputs = true;
  }
  return arrange(editor.model(), Versions::dynamic_range);
}

tflite::Model quantize_float16(const tflite::Model& model) {
  ModelEditor editor(model);
  std::vector<tflite::Operator> operators;
  std::map<std::int32_t, std::int32_t> expanded;  // float32 tensors behind the constants
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(model.subgraphs.at(0).tensors.size()); ++i) {
    if (!editor.is_float_constant(i)) continue;
    std::vector<std::uint16_t> values;
    for (const float value : editor.floats(i)) values.push_back(to_float16(value));
    tflite::Tensor result = editor.tensor(i);
    result.buffer = 0;
    editor.set_constant(i, TensorType::float16, values, {});
    expanded[i] = editor.add_tensor(std::move(result));
    operators.push_back({.code = BuiltinOperator::dequantize, .inputs = {i}, .outputs = {expanded[i]}});
  }
  for (tflite::Operator op : editor.main().operators) {
    for (std::int32_t& input : op.inputs) {
      if (const auto found = expanded.find(input); found != expanded.end()) input = found->second;
    }
    operators.push_back(std::move(op));
  }
  editor.main().operators = std::move(operators);
  return arrange(editor.model());
}

}  // namespace mltk::quantize
