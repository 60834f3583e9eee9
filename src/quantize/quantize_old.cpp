// Rules of the converter's older (flatbuffer) quantizer, checked against files that it made. It walks the operators
// once and changes tensors in place, so what two operators share is quantized for the first of them.

#include <algorithm>
#include <cmath>
#include <limits>
#include <ranges>

#include "quantize/arrange.h"
#include "quantize/model_editor.h"
#include "quantize/quantize.h"
#include "quantize/quantize_lstm.h"
#include "quantize/rules.h"
#include "tflite/ops/add.h"
#include "tflite/ops/conv_2d.h"
#include "tflite/ops/fully_connected.h"
#include "tflite/ops/sub.h"
#include "tflite/ops/transpose_conv.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;
using tflite::TensorType;

class OldQuantizer {
 public:
  OldQuantizer(const tflite::Model& model, const Ranges& ranges, OldActivations activations,
               const QuantizeOptions& options)
      : editor_(model), ranges_(ranges), wide_(activations == OldActivations::int16), options_(options) {}

  tflite::Model operator()() {
    check_type(options_.input_type, "inference_input_type");
    check_type(options_.output_type, "inference_output_type");
    for (const std::int32_t input : editor_.main().inputs) {
      if (editor_.is_activation(input)) params_[input] = measured(input);
    }
    separate_biases();
    std::vector<tflite::Operator> operators = std::move(editor_.main().operators);
    editor_.main().operators.clear();
    for (tflite::Operator& op : operators) quantize(op);
    for (const auto& [index, params] : params_) set_type(index, params);
    convert_inputs();
    convert_outputs();
    return arrange(editor_.model(), Versions::old_quantizer);
  }

 private:
  ModelEditor editor_;
  const Ranges& ranges_;
  bool wide_;
  const QuantizeOptions& options_;
  std::map<std::int32_t, Params> params_;  ///< of activations

  TensorType type() const { return wide_ ? TensorType::int16 : TensorType::int8; }

  void check_type(TensorType given, std::string_view what) const {
    if (given != TensorType::float32 && given != type()) {
      fail(ErrorKind::unsupported, "tflite_converter['{}'] is {}; this quantizer can make float32 or {}", what,
           tflite::to_string(given), tflite::to_string(type()));
    }
  }

  /// A bias that is an operand elsewhere, as in an unrolled LSTM: the two get different types.
  void separate_biases() {
    const auto is_operand = [&](std::int32_t index) {
      return std::ranges::any_of(editor_.main().operators, [&](const tflite::Operator& op) {
        const QuantizeRule* rule = find_rule(op.code);
        const bool weighted = rule != nullptr && rule->rule == Rule::with_weights;
        return !weighted && std::ranges::find(op.inputs, index) != op.inputs.end();
      });
    };
    for (tflite::Operator& op : editor_.main().operators) {
      const QuantizeRule* rule = find_rule(op.code);
      if (rule == nullptr || rule->rule != Rule::with_weights || op.inputs.size() <= rule->bias) continue;
      std::int32_t& bias = op.inputs[rule->bias];
      if (editor_.is_float_constant(bias) && is_operand(bias)) bias = editor_.add_tensor(editor_.tensor(bias));
    }
  }

  Params params_of(const Range& range) const {
    return wide_ ? int16_params(range) : int8_params(range, Generation::old);
  }

  const Range& range_of(std::int32_t index) {
    const auto range = ranges_.find(index);
    if (range == ranges_.end())
      fail(ErrorKind::invalid_data, "tensor '{}' has no calibrated range", editor_.tensor(index).name);
    return range->second;
  }

  Params measured(std::int32_t index) { return params_of(range_of(index)); }

  void quantize(tflite::Operator& op) {
    const QuantizeRule* rule = find_rule(op.code);
    const bool on_data = std::ranges::any_of(op.outputs, [&](std::int32_t i) { return editor_.is_activation(i); });
    if (on_data && (rule == nullptr || rule->rule == Rule::reads_any)) {
      fail(ErrorKind::unsupported, "{} '{}' has no {} kernel: tflite_converter['supported_ops'] cannot be met",
           tflite::to_string(op.code), editor_.tensor(op.outputs.at(0)).name, tflite::to_string(type()));
    }
    if (!on_data) {
      editor_.main().operators.push_back(std::move(op));
      return;
    }
    for (const std::int32_t output : op.outputs) params_[output] = output_params(op, *rule, output);
    set_options(op);
    if (rule->rule == Rule::with_weights) quantize_weights(op, *rule);
    if (rule->rule == Rule::recurrent) quantize_recurrent(op);
    for (const std::int32_t input : op.inputs) {
      if (editor_.is_float_constant(input)) quantize_operand(input, op, *rule);
    }
    if (rule->rule == Rule::joined) requantize_inputs(op);
    editor_.main().operators.push_back(std::move(op));
  }

  Params output_params(const tflite::Operator& op, const QuantizeRule& rule, std::int32_t output) {
    if (rule.rule == Rule::fixed) return wide_ ? Params{1.0F / 32768, 0} : rule.fixed_int8;
    const std::int32_t data = op.inputs[rule.data];
    if (rule.rule == Rule::same_scale && params_.contains(data)) return params_.at(data);
    return measured(output);
  }

  void set_options(tflite::Operator& op) const {
    const TensorType bias = wide_ ? TensorType::int64 : TensorType::int32;
    if (auto* conv = std::any_cast<tflite::Conv2dOptions>(&op.options)) conv->quantized_bias_type = bias;
    if (auto* dense = std::any_cast<tflite::FullyConnectedOptions>(&op.options)) dense->quantized_bias_type = bias;
    if (auto* transpose = std::any_cast<tflite::TransposeConvOptions>(&op.options))
      transpose->quantized_bias_type = bias;
    if (!wide_) return;
    if (auto* add = std::any_cast<tflite::AddOptions>(&op.options)) add->pot_scale_int16 = false;
    if (auto* sub = std::any_cast<tflite::SubOptions>(&op.options)) sub->pot_scale_int16 = false;
  }

  /// The result's range is that of all inputs: those of another scale are converted.
  void requantize_inputs(tflite::Operator& op) {
    const Params params = params_.at(op.outputs[0]);
    std::vector<tflite::Operator> conversions;
    for (std::int32_t& input : op.inputs) {
      if (!params_.contains(input) || params_.at(input) == params) continue;
      tflite::Tensor converted = editor_.tensor(input);
      converted.name += "_requantized";
      converted.has_rank = false;
      const std::int32_t added = editor_.add_tensor(std::move(converted));
      params_[added] = params;
      conversions.push_back({.code = BuiltinOperator::quantize, .inputs = {input}, .outputs = {added}});
      input = added;
    }
    // Each is inserted in front of the operator and of the ones before it.
    for (auto& conversion : conversions | std::views::reverse)
      editor_.main().operators.push_back(std::move(conversion));
  }

  void quantize_weights(tflite::Operator& op, const QuantizeRule& rule) {
    const std::int32_t weights = op.inputs.at(1);
    const bool has_bias = op.inputs.size() > rule.bias && op.inputs[rule.bias] >= 0;
    const float input_scale = params_.at(op.inputs[rule.data]).scale;
    if (editor_.is_float_constant(weights)) {
      const Channels channels = channels_of(editor_.tensor(weights).shape, rule.weight_axis, rule.per_channel);
      WeightScales scales = weight_scales(editor_.floats(weights), channels, rule.per_channel, Generation::old);
      if (has_bias && editor_.is_float_constant(op.inputs[rule.bias])) {
        enlarge_for_bias(scales, editor_.floats(op.inputs[rule.bias]), input_scale, rule.per_channel, Generation::old);
      }
      editor_.set_constant(weights, TensorType::int8, weight_codes(editor_.floats(weights), channels, scales),
                           {.scale = scales.scales,
                            .zero_point = std::vector<std::int64_t>(scales.scales.size()),
                            .quantized_dimension = static_cast<std::int32_t>(rule.per_channel ? rule.weight_axis : 0)});
    } else if (editor_.tensor(weights).type != TensorType::int8) {
      fail(ErrorKind::unsupported, "{} '{}': weights that are computed cannot be quantized", tflite::to_string(op.code),
           editor_.tensor(op.outputs[0]).name);
    }
    if (!has_bias || !editor_.is_float_constant(op.inputs[rule.bias])) return;
    const auto scales = bias_scales(input_scale, editor_.tensor(weights).quantization.scale);
    if (wide_) {
      quantize_bias<std::int64_t>(op.inputs[rule.bias], TensorType::int64, scales);
    } else {
      quantize_bias<std::int32_t>(op.inputs[rule.bias], TensorType::int32, scales);
    }
  }

  void quantize_recurrent(tflite::Operator& op) {
    if (wide_) {
      fail(ErrorKind::unsupported, "{} '{}' has no kernel for 16-bit activations: use TFLITE_BUILTINS_INT8",
           tflite::to_string(op.code), editor_.tensor(op.outputs.at(0)).name);
    }
    const Params output = params_.at(op.outputs.at(0));
    quantize_lstm(editor_, op,
                  {.input = params_.at(op.inputs[0]).scale,
                   .output_state = output,
                   .cell_state = range_of(op.inputs.at(kLstmCellState)),
                   .hidden = output},
                  Generation::old);
  }

  template <class Code>
  void quantize_bias(std::int32_t index, TensorType type, const std::vector<float>& scales) {
    const auto bias = editor_.floats(index);
    std::vector<Code> codes(bias.size());
    for (std::size_t i = 0; i < bias.size(); ++i) {
      const float scale = scales.size() == 1 ? scales[0] : scales[i];
      const float inverse = scale == 0 ? 0 : static_cast<float>(1.0 / static_cast<double>(scale));
      constexpr std::int64_t kMost = std::numeric_limits<Code>::max();
      codes[i] = static_cast<Code>(clamp_round(bias[i] * inverse, -kMost, kMost));
    }
    editor_.set_constant(index, type, codes, {.scale = scales, .zero_point = std::vector<std::int64_t>(scales.size())});
  }

  /// A constant operand: like weights, or with 16 bits like an activation.
  void quantize_operand(std::int32_t index, const tflite::Operator& op, const QuantizeRule& rule) {
    const auto [low, high] = std::ranges::minmax(editor_.floats(index));
    if (rule.rule == Rule::joined && !wide_) {
      set_operand<std::int8_t>(index, params_.at(op.outputs[0]));
    } else if (wide_ && !rule.symmetric_operand) {
      // Zeros, such as the first state of a recurrent layer, fit any scale but 0.
      const Params own = low == 0 && high == 0 ? Params{1, 0} : int16_params({low, high});
      set_operand<std::int16_t>(index, rule.rule == Rule::joined ? params_.at(op.outputs[0]) : own);
    } else {
      const WeightScales scales = weight_scales(editor_.floats(index), {}, false, Generation::old);
      editor_.set_constant(index, TensorType::int8, weight_codes(editor_.floats(index), {}, scales),
                           {.scale = scales.scales, .zero_point = {0}});
    }
  }

  template <class Code>
  void set_operand(std::int32_t index, const Params& params) {
    const auto inverse = params.scale == 0 ? 0 : static_cast<float>(1.0 / static_cast<double>(params.scale));
    constexpr std::int64_t kLeast = std::is_same_v<Code, std::int16_t> ? -32767 : -128;
    std::vector<Code> codes;
    for (const float value : editor_.floats(index)) {
      codes.push_back(static_cast<Code>(clamp_round(value * inverse + static_cast<float>(params.zero_point), kLeast,
                                                    std::numeric_limits<Code>::max())));
    }
    editor_.set_constant(index, type(), codes, {.scale = {params.scale}, .zero_point = {params.zero_point}});
  }

  void set_type(std::int32_t index, const Params& params) {
    tflite::Tensor& target = editor_.tensor(index);
    target.type = type();
    target.quantization = {.scale = {params.scale}, .zero_point = {params.zero_point}};
  }

  tflite::Tensor as_float(std::int32_t index) {
    tflite::Tensor result = editor_.tensor(index);
    result.type = TensorType::float32;
    result.quantization = {};
    return result;
  }

  void convert_inputs() {
    if (options_.input_type == type()) return;
    std::size_t at = 0;
    auto& operators = editor_.main().operators;
    for (std::int32_t& input : editor_.main().inputs) {
      if (!params_.contains(input)) continue;
      const std::int32_t inside = input;
      input = editor_.add_tensor(as_float(inside));
      editor_.retarget_signature(inside, input);
      editor_.tensor(inside).name += fmt::format("_{}", tflite::to_string(type()));
      operators.insert(operators.begin() + static_cast<std::ptrdiff_t>(at++),
                       {.code = BuiltinOperator::quantize, .inputs = {input}, .outputs = {inside}});
    }
  }

  void convert_outputs() {
    if (options_.output_type == type()) return;
    for (std::int32_t& output : editor_.main().outputs) {
      if (!params_.contains(output)) continue;
      const std::int32_t inside = output;
      output = editor_.add_tensor(as_float(inside));
      editor_.retarget_signature(inside, output);
      editor_.tensor(inside).name += fmt::format("_{}", tflite::to_string(type()));
      editor_.main().operators.push_back(
          {.code = BuiltinOperator::dequantize, .inputs = {inside}, .outputs = {output}});
    }
  }
};

}  // namespace

tflite::Model quantize_old(const tflite::Model& model, const Ranges& ranges, OldActivations activations,
                           const QuantizeOptions& options) {
  return OldQuantizer(model, ranges, activations, options)();
}

}  // namespace mltk::quantize
