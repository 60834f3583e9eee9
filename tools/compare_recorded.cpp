// Compare what the converter makes of trained networks with the int8 files that TensorFlow's made of them.
//
//   compare_recorded [--portable] MODEL.h5 RECORDED.tflite [MODEL.h5 RECORDED.tflite ...]
//
// The ranges of the activations are those of the recorded file. Prints one row of a Markdown table for each pair, for
// the square root that agrees best: of the portable one, which mltk writes files with, and Intel's with either Newton
// step; or the portable one alone.

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include "keras/files.h"
#include "quantize/converter.h"
#include "quantize/quantize.h"
#include "quantize/recorded_ranges.h"
#include "tflite/reader.h"

namespace mltk {
namespace {

using tflite::BuiltinOperator;
using tflite::TensorType;

struct Count {
  std::int64_t equal = 0;
  std::int64_t all = 0;
  double worst = 0;  ///< of what differs

  void add(bool same, double difference) {
    equal += same ? 1 : 0;
    ++all;
    if (!same) worst = std::max(worst, difference);
  }
  std::string text(std::string_view unit) const {
    return equal == all ? fmt::format("{}", all) : fmt::format("{} of {} (worst {:.3g}{})", equal, all, worst, unit);
  }
};

struct Comparison {
  std::string root;
  bool same_operators = false;
  Count weights;  ///< int8 values
  Count weight_scales;
  Count biases;  ///< int32 values
  Count bias_scales;
  Count activations;  ///< scale and zero point
  std::string error;

  std::int64_t differences() const {
    std::int64_t sum = 0;
    for (const Count& count : {weights, weight_scales, biases, bias_scales, activations})
      sum += count.all - count.equal;
    return sum;
  }
};

double ulps(float a, float b) {
  double count = 0;
  for (float low = std::min(a, b); low < std::max(a, b) && count < 1000; ++count)
    low = std::nextafter(low, std::max(a, b));
  return count;
}

template <class T>
std::vector<T> values(const tflite::Model& model, const tflite::Tensor& tensor) {
  const auto& bytes = model.buffer_of(tensor);
  std::vector<T> result(bytes.size() / sizeof(T));
  std::memcpy(result.data(), bytes.data(), result.size() * sizeof(T));
  return result;
}

template <class T>
void compare_values(Count& count, const std::vector<T>& a, const std::vector<T>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    count.add(a[i] == b[i], std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
}

void compare_scales(Count& count, const tflite::Tensor& a, const tflite::Tensor& b) {
  const auto& x = a.quantization.scale;
  const auto& y = b.quantization.scale;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) count.add(x[i] == y[i], ulps(x[i], y[i]));
}

void compare_tensors(Comparison& result, const tflite::Model& a, const tflite::Tensor& p, const tflite::Model& b,
                     const tflite::Tensor& q) {
  const bool constant = !b.buffer_of(q).empty();
  if (constant && q.type == TensorType::int8) {
    compare_values(result.weights, values<std::int8_t>(a, p), values<std::int8_t>(b, q));
    compare_scales(result.weight_scales, p, q);
  } else if (constant && q.type == TensorType::int32 && !q.quantization.scale.empty()) {
    compare_values(result.biases, values<std::int32_t>(a, p), values<std::int32_t>(b, q));
    compare_scales(result.bias_scales, p, q);
  } else if (q.type == TensorType::int8) {
    result.activations.add(
        p.quantization.scale == q.quantization.scale && p.quantization.zero_point == q.quantization.zero_point, 1);
  }
}

TensorType outer_type(const tflite::Subgraph& main, std::int32_t index) {
  return main.tensors[static_cast<std::size_t>(index)].type;
}

/// The older quantizer keeps the ranges in the file.
bool by_old_quantizer(const tflite::Model& recorded) {
  return std::ranges::any_of(recorded.subgraphs[0].tensors, [&](const tflite::Tensor& tensor) {
    return !tensor.quantization.min.empty() && recorded.buffer_of(tensor).empty();
  });
}

Comparison compare(const keras::Model& network, const tflite::Model& recorded, std::string root,
                   const quantize::Rsqrt& rsqrt) {
  Comparison result{.root = std::move(root)};
  try {
    const tflite::Model float_model =
        quantize::convert_to_float(network.inference_graph(), {.model_name = network.name(), .rsqrt = rsqrt});
    const quantize::Ranges ranges = quantize::recorded_ranges(float_model, recorded);
    const tflite::Subgraph& theirs = recorded.subgraphs[0];
    const quantize::QuantizeOptions options{.input_type = outer_type(theirs, theirs.inputs[0]),
                                            .output_type = outer_type(theirs, theirs.outputs[0])};
    const tflite::Model model =
        by_old_quantizer(recorded)
            ? quantize::quantize_old(float_model, ranges, quantize::OldActivations::int8, options)
            : quantize::quantize_int8(float_model, ranges, options);
    const tflite::Subgraph& ours = model.subgraphs[0];
    if (ours.operators.size() != theirs.operators.size()) {
      fail(ErrorKind::invalid_model, "{} operators, {} recorded", ours.operators.size(), theirs.operators.size());
    }
    result.same_operators = true;
    for (std::size_t i = 0; i < ours.operators.size(); ++i) {
      const tflite::Operator& p = ours.operators[i];
      const tflite::Operator& q = theirs.operators[i];
      result.same_operators = result.same_operators && p.code == q.code;
      const auto each = [&](const std::vector<std::int32_t>& x, const std::vector<std::int32_t>& y) {
        for (std::size_t k = 0; k < std::min(x.size(), y.size()); ++k) {
          if (x[k] < 0 || y[k] < 0) continue;
          compare_tensors(result, model, ours.tensors[static_cast<std::size_t>(x[k])], recorded,
                          theirs.tensors[static_cast<std::size_t>(y[k])]);
        }
      };
      each(p.inputs, q.inputs);
      each(p.outputs, q.outputs);
    }
  } catch (const Error& error) {
    result.error = error.message();
  }
  return result;
}

void print_row(const std::filesystem::path& recorded_path, const tflite::Model& recorded,
               const std::optional<Comparison>& best, const std::string& error) {
  const std::string name = recorded_path.stem().string();
  const auto operators = recorded.subgraphs[0].operators.size();
  if (!best) {
    fmt::print("| {} | {}: {} |\n", name, operators, error.substr(0, error.find(';')));
    return;
  }
  fmt::print("| {} | {} {} | {} | {} | {} | {} | {} | {}, {} quantizer |\n", name, operators,
             best->same_operators ? "equal" : "in another order", best->weights.text(""),
             best->weight_scales.text(" ulp"), best->biases.text(""), best->bias_scales.text(" ulp"),
             best->activations.text(""), best->root, by_old_quantizer(recorded) ? "older" : "current");
}

using Roots = std::vector<std::pair<std::string, quantize::Rsqrt>>;

Roots roots_to_try(bool portable) {
  Roots roots = {{"1 / sqrtf", quantize::portable_rsqrt}};
  if (portable) return roots;
  for (const auto& [name, step] : {std::pair{"Intel, TF >= 2.14", quantize::NewtonStep::since_2_14},
                                   {"Intel, TF <= 2.11", quantize::NewtonStep::before_2_12}}) {
    roots.emplace_back(name, quantize::packet_rsqrt(quantize::intel_rsqrt_estimate, step));
  }
  return roots;
}

int compare_pair(const std::filesystem::path& h5, const std::filesystem::path& recorded_path, const Roots& roots) {
  const tflite::Model recorded = tflite::read_model_file(recorded_path);
  std::optional<Comparison> best;
  std::string error;
  try {
    const keras::LoadedModel loaded = keras::load_model(h5);
    for (const auto& [root, rsqrt] : roots) {
      const Comparison comparison = compare(*loaded.model, recorded, root, rsqrt);
      error = comparison.error;
      if (error.empty() && (!best || comparison.differences() < best->differences())) best = comparison;
    }
  } catch (const Error& failure) {
    error = failure.message();
  }
  print_row(recorded_path, recorded, best, error);
  return best && best->same_operators ? 0 : 1;
}

}  // namespace
}  // namespace mltk

int main(int count, char** arguments) {
  const bool portable = count > 1 && std::string_view(arguments[1]) == "--portable";
  const int first = portable ? 2 : 1;
  if (count - first < 2 || (count - first) % 2 != 0) {
    fmt::print(stderr, "usage: compare_recorded [--portable] MODEL.h5 RECORDED.tflite [...]\n");
    return 2;
  }
  fmt::print(
      "| model | operators | weights | their scales | biases | their scales | activations | agrees best with |\n");
  fmt::print("|---|---|---|---|---|---|---|---|\n");
  int status = 0;
  try {
    const auto roots = mltk::roots_to_try(portable);
    for (int i = first; i + 1 < count; i += 2) status |= mltk::compare_pair(arguments[i], arguments[i + 1], roots);
  } catch (const mltk::Error& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
  return status;
}
