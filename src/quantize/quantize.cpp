// Rules of the converter's current (MLIR) quantizer, checked against files that it made. Float steps are float32 and
// rounded once where the text says fl(), double elsewhere.

#include "quantize/quantize.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>

#include "quantize/arrange.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;
using tflite::TensorType;

/// Largest bias code that the quantizer lets happen: half of the range, so that sums do not overflow.
constexpr double kLargestBias = 1073741823;

struct Params {
  float scale = 0;
  std::int64_t zero_point = 0;
  bool operator==(const Params&) const = default;
};

Params activation_params(const Range& range) {
  const float low = std::min(range.min, 0.0F);
  const float high = std::max(range.max, 0.0F);
  // A range too small to divide by.
  if (high - low < 1e-6F) return {(1e-6F - -1e-6F) / 255.0F, 0};
  const float scale = (high - low) / 255.0F;
  const auto zero = static_cast<float>(-128.0 - static_cast<double>(low) / static_cast<double>(scale));
  return {scale, static_cast<std::int64_t>(std::round(zero))};
}

enum class Rule : std::uint8_t {
  free,          ///< the output has a range of its own
  fixed,         ///< the output's parameters are prescribed
  same_scale,    ///< the output has the input's parameters
  joined,        ///< all inputs take the output's parameters
  with_weights,  ///< free, and inputs 1 and 2 are weights and bias
};

struct QuantizeRule {
  BuiltinOperator code;
  Rule rule;
  Params fixed = {};
  std::size_t weight_axis = 0;
  bool per_channel = true;
};

constexpr QuantizeRule kRules[] = {
    {BuiltinOperator::conv_2d, Rule::with_weights, {}, 0, true},
    {BuiltinOperator::depthwise_conv_2d, Rule::with_weights, {}, 3, true},
    {BuiltinOperator::fully_connected, Rule::with_weights, {}, 0, false},
    {BuiltinOperator::softmax, Rule::fixed, {1.0F / 256, -128}},
    {BuiltinOperator::logistic, Rule::fixed, {1.0F / 256, -128}},
    {BuiltinOperator::tanh, Rule::fixed, {1.0F / 128, 0}},
    {BuiltinOperator::average_pool_2d, Rule::same_scale},
    {BuiltinOperator::max_pool_2d, Rule::same_scale},
    {BuiltinOperator::reshape, Rule::same_scale},
    {BuiltinOperator::squeeze, Rule::same_scale},
    {BuiltinOperator::expand_dims, Rule::same_scale},
    {BuiltinOperator::transpose, Rule::same_scale},
    {BuiltinOperator::pad, Rule::same_scale},
    {BuiltinOperator::strided_slice, Rule::same_scale},
    {BuiltinOperator::reduce_max, Rule::same_scale},
    {BuiltinOperator::resize_bilinear, Rule::same_scale},
    {BuiltinOperator::resize_nearest_neighbor, Rule::same_scale},
    {BuiltinOperator::concatenation, Rule::joined},
    {BuiltinOperator::maximum, Rule::joined},
    {BuiltinOperator::minimum, Rule::joined},
    {BuiltinOperator::add, Rule::free},
    {BuiltinOperator::sub, Rule::free},
    {BuiltinOperator::mul, Rule::free},
    {BuiltinOperator::mean, Rule::free},
    {BuiltinOperator::relu, Rule::free},
    {BuiltinOperator::relu6, Rule::free},
    {BuiltinOperator::leaky_relu, Rule::free},
    {BuiltinOperator::prelu, Rule::free},
    {BuiltinOperator::hard_swish, Rule::free},
};

const QuantizeRule& rule_of(const tflite::Subgraph& main, const tflite::Operator& op) {
  const auto* rule = std::ranges::find(kRules, op.code, &QuantizeRule::code);
  if (rule == std::end(kRules)) {
    fail(ErrorKind::unsupported, "{} '{}' cannot be quantized to int8 (yet)", tflite::to_string(op.code),
         main.tensors[static_cast<std::size_t>(op.outputs.at(0))].name);
  }
  return *rule;
}

std::int64_t clamp_round(float value, std::int64_t low, std::int64_t high) {
  return std::clamp(static_cast<std::int64_t>(std::round(value)), low, high);
}

class Quantizer {
 public:
  Quantizer(tflite::Model model, const Ranges& ranges, const QuantizeOptions& options)
      : model_(std::move(model)), main_(model_.subgraphs.at(0)), ranges_(ranges), options_(options) {}

  tflite::Model operator()() {
    choose_params();
    for (const auto& [index, params] : params_) set_int8(index, params);
    for (std::size_t i = 0; i < main_.operators.size(); ++i) {
      const tflite::Operator& op = main_.operators[i];
      if (op.code == BuiltinOperator::quantize) continue;
      const QuantizeRule& rule = rule_of(main_, op);
      if (rule.rule == Rule::with_weights) {
        quantize_weights(main_.operators[i], rule);
      } else {
        quantize_constants(main_.operators[i], rule);
      }
    }
    convert_inputs();
    convert_outputs();
    return arrange(model_);
  }

 private:
  tflite::Model model_;
  tflite::Subgraph& main_;
  const Ranges& ranges_;
  const QuantizeOptions& options_;
  std::map<std::int32_t, Params> params_;  ///< of activations

  tflite::Tensor& tensor(std::int32_t index) { return main_.tensors[static_cast<std::size_t>(index)]; }
  bool is_float_constant(std::int32_t index) {
    return index >= 0 && tensor(index).type == TensorType::float32 && !model_.buffer_of(tensor(index)).empty();
  }
  bool is_activation(std::int32_t index) {
    return index >= 0 && tensor(index).type == TensorType::float32 && model_.buffer_of(tensor(index)).empty();
  }

  std::span<const float> floats(std::int32_t index) {
    const auto& bytes = model_.buffer_of(tensor(index));
    return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
  }

  Params measured(std::int32_t index) {
    const auto range = ranges_.find(index);
    if (range == ranges_.end()) {
      fail(ErrorKind::invalid_data, "tensor '{}' has no calibrated range", tensor(index).name);
    }
    return activation_params(range->second);
  }

  std::int32_t add_tensor(tflite::Tensor added) {
    main_.tensors.push_back(std::move(added));
    return static_cast<std::int32_t>(main_.tensors.size() - 1);
  }

  /// Parameters of all activations. Operators that join several inputs decide first: the result's range is that of
  /// all inputs, which take it over, back through operators that keep the scale. Then the rest, from the inputs on.
  void choose_params() {
    std::map<std::int32_t, Params> forced;
    for (std::size_t i = main_.operators.size(); i-- > 0;) {
      if (rule_of(main_, main_.operators[i]).rule == Rule::joined) join_inputs(i, forced);
    }
    for (const std::int32_t input : main_.inputs) {
      if (is_activation(input)) params_[input] = forced.contains(input) ? forced.at(input) : measured(input);
    }
    for (const tflite::Operator& op : main_.operators) {
      if (op.code == BuiltinOperator::quantize) continue;
      const QuantizeRule& rule = rule_of(main_, op);
      for (const std::int32_t output : op.outputs) {
        if (!is_activation(output) || params_.contains(output)) continue;
        if (rule.rule == Rule::fixed) {
          params_[output] = rule.fixed;
        } else if (rule.rule == Rule::same_scale) {
          params_[output] = params_.at(op.inputs[0]);
        } else {
          params_[output] = forced.contains(output) ? forced.at(output) : measured(output);
        }
      }
    }
  }

  void join_inputs(std::size_t i, std::map<std::int32_t, Params>& forced) {
    const std::int32_t output = main_.operators[i].outputs[0];
    const Params params = forced.contains(output) ? forced.at(output) : measured(output);
    forced[output] = params;
    for (std::size_t k = 0; k < main_.operators[i].inputs.size(); ++k) {
      const std::int32_t input = main_.operators[i].inputs[k];
      if (!is_activation(input) || force(input, params, forced)) continue;
      // Another range is needed elsewhere: convert on this edge.
      tflite::Tensor converted = tensor(input);
      converted.name += "_requantized";
      const std::int32_t added = add_tensor(std::move(converted));
      params_[added] = params;
      main_.operators[i].inputs[k] = added;
      main_.operators.insert(main_.operators.begin() + static_cast<std::ptrdiff_t>(i),
                             {.code = BuiltinOperator::quantize,
                              .options = tflite::EmptyOptions{},
                              .inputs = {input},
                              .outputs = {added}});
      ++i;
    }
  }

  /// Give a tensor parameters, back through operators that keep the scale. False when it cannot have them.
  bool force(std::int32_t index, const Params& params, std::map<std::int32_t, Params>& forced) {
    if (forced.contains(index)) return forced.at(index) == params;
    for (const tflite::Operator& op : main_.operators) {
      if (std::ranges::find(op.outputs, index) == op.outputs.end()) continue;
      const Rule rule = rule_of(main_, op).rule;
      if (rule == Rule::fixed) return false;
      if (rule == Rule::same_scale && !force(op.inputs[0], params, forced)) return false;
    }
    forced[index] = params;
    return true;
  }

  void set_int8(std::int32_t index, const Params& params) {
    tflite::Tensor& target = tensor(index);
    target.type = TensorType::int8;
    target.quantization = {.scale = {params.scale}, .zero_point = {params.zero_point}};
  }

  /// A new constant with the shape and name of another one.
  template <class T>
  std::int32_t add_constant(std::int32_t like, TensorType type, const std::vector<T>& values,
                            tflite::Quantization quantization) {
    tflite::Tensor added = tensor(like);
    added.type = type;
    added.quantization = std::move(quantization);
    added.buffer = static_cast<std::uint32_t>(model_.buffers.size());
    std::vector<std::uint8_t> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    model_.buffers.push_back(std::move(bytes));
    return add_tensor(std::move(added));
  }

  void quantize_weights(tflite::Operator& op, const QuantizeRule& rule) {
    if (!is_float_constant(op.inputs.at(1))) {
      fail(ErrorKind::unsupported, "{} '{}': weights that are computed cannot be quantized", tflite::to_string(op.code),
           tensor(op.outputs[0]).name);
    }
    const auto weights = floats(op.inputs[1]);
    const auto& shape = tensor(op.inputs[1]).shape;
    const auto axis_size = static_cast<std::size_t>(shape.at(rule.weight_axis));
    std::size_t inner = 1;
    for (std::size_t axis = rule.weight_axis + 1; axis < shape.size(); ++axis)
      inner *= static_cast<std::size_t>(shape[axis]);
    const std::size_t channels = rule.per_channel ? axis_size : 1;
    const auto channel_of = [&](std::size_t i) { return rule.per_channel ? i / inner % axis_size : 0; };

    std::vector<float> largest(channels);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      largest[channel_of(i)] = std::max(largest[channel_of(i)], std::abs(weights[i]));
    }
    std::vector<float> scales(channels);
    std::vector<float> inverses(channels);
    for (std::size_t c = 0; c < channels; ++c) {
      // A range below 1e-6 is widened.
      const float limit = 2 * largest[c] < 1e-6F ? 5e-7F : largest[c];
      scales[c] = limit / 127.0F;
      inverses[c] = rule.per_channel ? static_cast<float>(1.0 / static_cast<double>(scales[c])) : 127.0F / limit;
    }
    const float input_scale = tensor(op.inputs[0]).quantization.scale.at(0);
    const bool has_bias = op.inputs.size() > 2 && op.inputs[2] >= 0;
    if (has_bias) enlarge_scales(floats(op.inputs[2]), input_scale, scales, inverses);

    std::vector<std::int8_t> codes(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
      codes[i] = static_cast<std::int8_t>(clamp_round(weights[i] * inverses[channel_of(i)], -127, 127));
    }
    op.inputs[1] =
        add_constant(op.inputs[1], TensorType::int8, codes,
                     {.scale = scales,
                      .zero_point = std::vector<std::int64_t>(channels),
                      .quantized_dimension = static_cast<std::int32_t>(rule.per_channel ? rule.weight_axis : 0)});
    if (has_bias) quantize_bias(op, input_scale, scales);
  }

  /// Where a bias would overflow its int32, the scale of the weights grows: dead channels with tiny weights.
  static void enlarge_scales(std::span<const float> bias, float input_scale, std::vector<float>& scales,
                             std::vector<float>& inverses) {
    if (scales.size() == bias.size()) {
      for (std::size_t c = 0; c < scales.size(); ++c) {
        const double bias_scale = static_cast<double>(input_scale * scales[c]);
        if (std::abs(static_cast<double>(bias[c])) / bias_scale <= kLargestBias) continue;
        scales[c] = static_cast<float>(std::abs(static_cast<double>(bias[c])) / kLargestBias /
                                       static_cast<double>(input_scale));
        inverses[c] = static_cast<float>(1.0 / static_cast<double>(scales[c]));
      }
      return;
    }
    double largest = 0;
    for (const float value : bias) largest = std::max(largest, std::abs(static_cast<double>(value)));
    if (largest / static_cast<double>(input_scale * scales[0]) < kLargestBias) return;
    const auto scale = static_cast<float>(largest / kLargestBias / static_cast<double>(input_scale));
    // A small move keeps the multiplier of the values.
    if (std::abs(scale - scales[0]) > 1e-3F * scales[0])
      inverses[0] = static_cast<float>(1.0 / static_cast<double>(scale));
    scales[0] = scale;
  }

  void quantize_bias(tflite::Operator& op, float input_scale, const std::vector<float>& weight_scales) {
    const auto bias = floats(op.inputs[2]);
    std::vector<float> scales;
    for (const float weight_scale : weight_scales) scales.push_back(input_scale * weight_scale);
    std::vector<std::int32_t> codes(bias.size());
    for (std::size_t i = 0; i < bias.size(); ++i) {
      const float scale = scales.size() == 1 ? scales[0] : scales[i];
      const float inverse = scale == 0 ? 0 : static_cast<float>(1.0 / static_cast<double>(scale));
      constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
      codes[i] = static_cast<std::int32_t>(clamp_round(bias[i] * inverse, -kMost, kMost));
    }
    op.inputs[2] = add_constant(op.inputs[2], TensorType::int32, codes,
                                {.scale = scales, .zero_point = std::vector<std::int64_t>(scales.size())});
  }

  /// Constants that are operands like activations: asymmetric, from their own range.
  void quantize_constants(tflite::Operator& op, const QuantizeRule& rule) {
    for (std::int32_t& input : op.inputs) {
      if (!is_float_constant(input)) continue;
      const auto values = floats(input);
      const auto [low, high] = std::ranges::minmax(values);
      const Params params = rule.rule == Rule::joined ? params_.at(op.outputs[0]) : activation_params({low, high});
      const auto inverse = static_cast<float>(1.0 / static_cast<double>(params.scale));
      std::vector<std::int8_t> codes;
      for (const float value : values) {
        codes.push_back(
            static_cast<std::int8_t>(clamp_round(value * inverse + static_cast<float>(params.zero_point), -128, 127)));
      }
      input =
          add_constant(input, TensorType::int8, codes, {.scale = {params.scale}, .zero_point = {params.zero_point}});
    }
  }

  static TensorType check_type(TensorType type, std::string_view what) {
    if (type != TensorType::float32 && type != TensorType::int8 && type != TensorType::uint8) {
      fail(ErrorKind::unsupported, "{} is {}; an int8 model can have float32, int8 or uint8", what,
           tflite::to_string(type));
    }
    return type;
  }

  /// The tensor that the outside sees, of another type than the int8 one inside.
  tflite::Tensor outside(const tflite::Tensor& inside, TensorType type) {
    tflite::Tensor result = inside;
    result.type = type;
    if (type == TensorType::float32) {
      result.quantization = {};
    } else {
      result.quantization.zero_point[0] += 128;
    }
    return result;
  }

  void convert_inputs() {
    const TensorType type = check_type(options_.input_type, "inference_input_type");
    if (type == TensorType::int8) return;
    std::size_t at = 0;
    for (std::int32_t& input : main_.inputs) {
      if (tensor(input).type != TensorType::int8) continue;
      const std::int32_t inside = input;
      input = add_tensor(outside(tensor(inside), type));
      retarget_signature(inside, input);
      tensor(inside).name = at == 0 ? "tfl.quantize" : fmt::format("tfl.quantize{}", at);
      main_.operators.insert(main_.operators.begin() + static_cast<std::ptrdiff_t>(at++),
                             {.code = BuiltinOperator::quantize,
                              .options = tflite::EmptyOptions{},
                              .inputs = {input},
                              .outputs = {inside}});
    }
  }

  void convert_outputs() {
    const TensorType type = check_type(options_.output_type, "inference_output_type");
    if (type == TensorType::int8) return;
    for (std::int32_t& output : main_.outputs) {
      if (tensor(output).type != TensorType::int8) continue;
      const std::int32_t inside = output;
      output = add_tensor(outside(tensor(inside), type));
      retarget_signature(inside, output);
      tensor(inside).name += "1";
      main_.operators.push_back(
          {.code = type == TensorType::float32 ? BuiltinOperator::dequantize : BuiltinOperator::quantize,
           .options = tflite::EmptyOptions{},
           .inputs = {inside},
           .outputs = {output}});
    }
  }

  void retarget_signature(std::int32_t from, std::int32_t to) {
    for (tflite::Signature& signature : model_.signatures) {
      for (auto* tensors : {&signature.inputs, &signature.outputs}) {
        for (tflite::SignatureTensor& named : *tensors) {
          if (named.tensor == static_cast<std::uint32_t>(from)) named.tensor = static_cast<std::uint32_t>(to);
        }
      }
    }
  }
};

}  // namespace

tflite::Model quantize_int8(const tflite::Model& model, const Ranges& ranges, const QuantizeOptions& options) {
  return Quantizer(model, ranges, options)();
}

tflite::Model quantize_dynamic_range(const tflite::Model& model) {
  constexpr std::size_t kFewestElements = 1024;
  tflite::Model result = model;
  tflite::Subgraph& main = result.subgraphs.at(0);
  std::set<std::int32_t> done;
  for (const tflite::Operator& op : main.operators) {
    const auto* rule = std::ranges::find(kRules, op.code, &QuantizeRule::code);
    if (rule == std::end(kRules) || rule->rule != Rule::with_weights || !done.insert(op.inputs.at(1)).second) continue;
    tflite::Tensor& weights = main.tensors[static_cast<std::size_t>(op.inputs[1])];
    const auto bytes = result.buffer_of(weights);
    const std::span values(reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float));
    if (weights.type != TensorType::float32 || values.size() < kFewestElements) continue;
    const auto channels = rule->per_channel ? static_cast<std::size_t>(weights.shape[rule->weight_axis]) : 1;
    std::size_t inner = 1;
    for (std::size_t axis = rule->weight_axis + 1; axis < weights.shape.size(); ++axis) {
      inner *= static_cast<std::size_t>(weights.shape[axis]);
    }
    std::vector<float> largest(channels);
    for (std::size_t i = 0; i < values.size(); ++i) {
      float& most = largest[i / inner % channels];
      most = std::max(most, std::abs(values[i]));
    }
    std::vector<float> scales;
    for (const float most : largest) scales.push_back(most == 0 ? 1 : most / 127.0F);
    std::vector<std::uint8_t> codes(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float most = largest[i / inner % channels];
      const float inverse = most == 0 ? 0 : 127.0F / most;
      codes[i] = static_cast<std::uint8_t>(static_cast<std::int8_t>(clamp_round(values[i] * inverse, -127, 127)));
    }
    weights.type = TensorType::int8;
    weights.quantization = {
        .scale = scales,
        .zero_point = std::vector<std::int64_t>(scales.size()),
        .quantized_dimension = static_cast<std::int32_t>(rule->per_channel ? rule->weight_axis : 0)};
    weights.buffer = static_cast<std::uint32_t>(result.buffers.size());
    result.buffers.push_back(std::move(codes));
  }
  return arrange(result);
}

}  // namespace mltk::quantize
