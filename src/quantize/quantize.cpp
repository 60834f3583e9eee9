// Rules of the converter's current (MLIR) quantizer, checked against files that it made.

#include "quantize/quantize.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "quantize/arrange.h"
#include "quantize/model_editor.h"
#include "quantize/quantize_lstm.h"
#include "quantize/rules.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;
using tflite::TensorType;

/// How an operator or the outside wants to read a tensor; no parameters: as float.
struct Form {
  TensorType type = TensorType::float32;
  Params params;
  bool operator==(const Form&) const = default;
};

class Quantizer {
 public:
  Quantizer(const tflite::Model& model, const Ranges& ranges, const QuantizeOptions& options)
      : editor_(model), ranges_(ranges), options_(options) {}

  tflite::Model operator()() {
    check_type(options_.input_type, "inference_input_type");
    check_type(options_.output_type, "inference_output_type");
    join_inputs();
    choose_params();
    for (tflite::Operator& op : editor_.main().operators) quantize_constants(op);
    convert_edges();
    return arrange(editor_.model());
  }

 private:
  /// A tensor in another form, to be made behind the operator that makes it.
  struct Conversion {
    std::int32_t from = -1;
    Form form;
    std::int32_t to = -1;
  };

  ModelEditor editor_;
  const Ranges& ranges_;
  const QuantizeOptions& options_;
  std::map<std::int32_t, Params> forced_;                              ///< by operators that join
  std::map<std::int32_t, Params> params_;                              ///< of activations that are int8
  std::map<std::pair<std::size_t, std::size_t>, Params> requantized_;  ///< inputs of operators that need others
  std::vector<Conversion> conversions_;

  static void check_type(TensorType type, std::string_view what) {
    if (type != TensorType::float32 && type != TensorType::int8 && type != TensorType::uint8) {
      fail(ErrorKind::unsupported, "tflite_converter['{}'] is {}; an int8 model can have float32, int8 or uint8", what,
           tflite::to_string(type));
    }
  }

  /// Null for operators that stay float or work on integers.
  const QuantizeRule* rule_of(const tflite::Operator& op) {
    const QuantizeRule* rule = find_rule(op.code);
    if (rule == nullptr || options_.stay_float.contains(op.outputs.at(0))) return nullptr;
    if (rule->rule == Rule::reads_any) return rule;
    return editor_.is_activation(op.outputs.at(0)) || params_.contains(op.outputs.at(0)) ? rule : nullptr;
  }

  const Range& range_of(std::int32_t index) {
    const auto range = ranges_.find(index);
    if (range == ranges_.end())
      fail(ErrorKind::invalid_data, "tensor '{}' has no calibrated range", editor_.tensor(index).name);
    return range->second;
  }

  Params measured(std::int32_t index) { return int8_params(range_of(index), Generation::current); }

  Params forced_or_measured(std::int32_t index) {
    return forced_.contains(index) ? forced_.at(index) : measured(index);
  }

  /// Operators that join several inputs decide first: the result's range is that of all inputs, which take it over,
  /// back through operators that keep the scale.
  void join_inputs() {
    for (std::size_t i = editor_.main().operators.size(); i-- > 0;) {
      const tflite::Operator& op = editor_.main().operators[i];
      const QuantizeRule* rule = rule_of(op);
      if (rule == nullptr || rule->rule != Rule::joined) continue;
      const Params params = forced_or_measured(op.outputs[0]);
      forced_[op.outputs[0]] = params;
      for (std::size_t k = 0; k < op.inputs.size(); ++k) {
        if (editor_.is_activation(op.inputs[k]) && !force(op.inputs[k], params)) requantized_[{i, k}] = params;
      }
    }
  }

  /// Give a tensor parameters, back through operators that keep the scale. False when it cannot have them.
  bool force(std::int32_t index, const Params& params) {
    if (forced_.contains(index)) return forced_.at(index) == params;
    for (const tflite::Operator& op : editor_.main().operators) {
      if (std::ranges::find(op.outputs, index) == op.outputs.end()) continue;
      const QuantizeRule* rule = rule_of(op);
      if (rule == nullptr) break;
      // An LSTM's output is its state, which has parameters of its own.
      if (rule->rule == Rule::fixed || rule->rule == Rule::recurrent) return false;
      const std::int32_t data = op.inputs[rule->data];
      if (rule->rule == Rule::same_scale && editor_.is_activation(data) && !force(data, params)) return false;
    }
    forced_[index] = params;
    return true;
  }

  /// Parameters of the tensors that quantized operators make or read, from the inputs on.
  void choose_params() {
    for (const tflite::Operator& op : editor_.main().operators) {
      const QuantizeRule* rule = rule_of(op);
      if (rule == nullptr || rule->rule == Rule::reads_any) continue;
      for (const std::int32_t input : op.inputs) {
        if (editor_.is_activation(input) && !params_.contains(input)) params_[input] = forced_or_measured(input);
      }
      for (const std::int32_t output : op.outputs) params_[output] = output_params(op, *rule, output);
    }
  }

  Params output_params(const tflite::Operator& op, const QuantizeRule& rule, std::int32_t output) {
    if (rule.rule == Rule::fixed) return rule.fixed_int8;
    if (rule.rule != Rule::same_scale) return forced_or_measured(output);
    const std::int32_t data = op.inputs[rule.data];
    return params_.contains(data) ? params_.at(data) : range_of_constant(data);
  }

  Params range_of_constant(std::int32_t index) {
    const auto [low, high] = std::ranges::minmax(editor_.floats(index));
    return constant_params({low, high});
  }

  // ---- constants

  void quantize_constants(tflite::Operator& op) {
    const QuantizeRule* rule = rule_of(op);
    if (rule == nullptr || rule->rule == Rule::reads_any) return;
    if (rule->rule == Rule::with_weights) quantize_weights(op, *rule);
    if (rule->rule == Rule::recurrent) quantize_recurrent(op);
    for (std::int32_t& input : op.inputs) {
      if (!editor_.is_float_constant(input)) continue;
      if (rule->symmetric_operand) {
        input = quantized_weights(input, {}, weight_scales(editor_.floats(input), {}, false, Generation::current), 0);
      } else {
        input =
            quantized_operand(input, rule->rule == Rule::joined ? params_.at(op.outputs[0]) : range_of_constant(input));
      }
    }
  }

  std::int32_t quantized_weights(std::int32_t index, const Channels& channels, const WeightScales& scales,
                                 std::size_t axis) {
    return editor_.add_constant(index, TensorType::int8, weight_codes(editor_.floats(index), channels, scales),
                                {.scale = scales.scales,
                                 .zero_point = std::vector<std::int64_t>(scales.scales.size()),
                                 .quantized_dimension = static_cast<std::int32_t>(axis)});
  }

  /// A constant operand is quantized like an activation.
  std::int32_t quantized_operand(std::int32_t index, const Params& params) {
    const auto inverse = static_cast<float>(1.0 / static_cast<double>(params.scale));
    std::vector<std::int8_t> codes;
    for (const float value : editor_.floats(index)) {
      codes.push_back(
          static_cast<std::int8_t>(clamp_round(value * inverse + static_cast<float>(params.zero_point), -128, 127)));
    }
    return editor_.add_constant(index, TensorType::int8, codes,
                                {.scale = {params.scale}, .zero_point = {params.zero_point}});
  }

  void quantize_weights(tflite::Operator& op, const QuantizeRule& rule) {
    if (!editor_.is_float_constant(op.inputs.at(1))) {
      fail(ErrorKind::unsupported, "{} '{}': weights that are computed cannot be quantized", tflite::to_string(op.code),
           editor_.tensor(op.outputs[0]).name);
    }
    const bool per_channel = rule.per_channel || options_.per_channel.contains(op.outputs[0]);
    const Channels channels = channels_of(editor_.tensor(op.inputs[1]).shape, rule.weight_axis, per_channel);
    WeightScales scales = weight_scales(editor_.floats(op.inputs[1]), channels, per_channel, Generation::current);
    const float input_scale = params_.at(op.inputs[rule.data]).scale;
    const bool has_bias = op.inputs.size() > rule.bias && op.inputs[rule.bias] >= 0;
    if (has_bias) {
      enlarge_for_bias(scales, editor_.floats(op.inputs[rule.bias]), input_scale, per_channel, Generation::current);
    }
    op.inputs[1] = quantized_weights(op.inputs[1], channels, scales, per_channel ? rule.weight_axis : 0);
    if (has_bias) op.inputs[rule.bias] = quantized_bias(op.inputs[rule.bias], bias_scales(input_scale, scales.scales));
  }

  /// The state shares the output's parameters: the kernel copies codes.
  void quantize_recurrent(tflite::Operator& op) {
    const std::int32_t output = op.outputs.at(0);
    quantize_lstm(editor_, op,
                  {.input = params_.at(op.inputs[0]).scale,
                   .output_state = params_.at(output),
                   .cell_state = range_of(op.inputs.at(kLstmCellState)),
                   .hidden = measured(output)},
                  Generation::current);
  }

  std::int32_t quantized_bias(std::int32_t index, const std::vector<float>& scales) {
    const auto bias = editor_.floats(index);
    std::vector<std::int32_t> codes(bias.size());
    for (std::size_t i = 0; i < bias.size(); ++i) {
      const float scale = scales.size() == 1 ? scales[0] : scales[i];
      const float inverse = scale == 0 ? 0 : static_cast<float>(1.0 / static_cast<double>(scale));
      constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
      codes[i] = static_cast<std::int32_t>(clamp_round(bias[i] * inverse, -kMost, kMost));
    }
    return editor_.add_constant(index, TensorType::int32, codes,
                                {.scale = scales, .zero_point = std::vector<std::int64_t>(scales.size())});
  }

  // ---- edges

  /// Give every tensor the type that it is made with, and put conversions behind where it is made for those who read it
  /// in another form.
  void convert_edges() {
    tflite::Subgraph& main = editor_.main();
    std::map<std::int32_t, Form> made;  // forms of activations
    for (const std::int32_t input : main.inputs) made[input] = input_form(input);
    for (const tflite::Operator& op : main.operators) {
      for (const std::int32_t output : op.outputs) {
        made[output] = rule_of(op) != nullptr && params_.contains(output) ? int8_form(output) : Form{};
      }
    }
    const std::vector<std::int32_t> inputs = main.inputs;
    std::vector<tflite::Operator> operators = std::move(main.operators);
    main.operators.clear();
    for (std::size_t i = 0; i < operators.size(); ++i) {
      const QuantizeRule* rule = rule_of(operators[i]);
      for (std::size_t k = 0; k < operators[i].inputs.size(); ++k) {
        std::int32_t& input = operators[i].inputs[k];
        if (!made.contains(input) || !editor_.is_activation(input)) continue;
        Form wanted = rule == nullptr ? Form{} : int8_form(input, made.at(input));
        if (const auto other = requantized_.find({i, k}); other != requantized_.end()) wanted.params = other->second;
        if (wanted != made.at(input)) input = converted(input, wanted);
      }
    }
    convert_outputs(made);
    for (const auto& [index, form] : made) set_form(index, form);
    for (const Conversion& conversion : conversions_) set_form(conversion.to, conversion.form);

    for (const std::int32_t input : inputs) append_conversions({input});
    for (tflite::Operator& op : operators) {
      const std::vector<std::int32_t> outputs = op.outputs;
      main.operators.push_back(std::move(op));
      append_conversions(outputs);
    }
  }

  Form int8_form(std::int32_t index) { return {TensorType::int8, params_.at(index)}; }
  /// The same, or `otherwise` for a tensor that no quantized operator computes with.
  Form int8_form(std::int32_t index, const Form& otherwise) {
    return params_.contains(index) ? int8_form(index) : otherwise;
  }

  static Form uint8_form(const Params& params) { return {TensorType::uint8, {params.scale, params.zero_point + 128}}; }

  Form input_form(std::int32_t input) {
    if (!params_.contains(input) || options_.input_type == TensorType::float32) return {};
    return options_.input_type == TensorType::int8 ? int8_form(input) : uint8_form(params_.at(input));
  }

  void convert_outputs(const std::map<std::int32_t, Form>& made) {
    for (std::int32_t& output : editor_.main().outputs) {
      if (!made.contains(output) || made.at(output).type != TensorType::int8) continue;
      Form wanted = made.at(output);
      if (options_.output_type == TensorType::uint8) wanted = uint8_form(wanted.params);
      if (options_.output_type == TensorType::float32) wanted = {};
      if (wanted == made.at(output)) continue;
      const std::int32_t inside = output;
      output = converted(inside, wanted);
      editor_.tensor(output).name = editor_.tensor(inside).name;
      editor_.tensor(inside).name += "1";
      editor_.retarget_signature(inside, output);
    }
  }

  /// The tensor that holds `index` in another form.
  std::int32_t converted(std::int32_t index, const Form& form) {
    for (const Conversion& conversion : conversions_) {
      if (conversion.from == index && conversion.form == form) return conversion.to;
    }
    tflite::Tensor added = editor_.tensor(index);
    added.name = name_of_conversion(index);
    conversions_.push_back({index, form, editor_.add_tensor(std::move(added))});
    return conversions_.back().to;
  }

  std::string name_of_conversion(std::int32_t index) {
    const auto& inputs = editor_.main().inputs;
    const auto at = std::ranges::find(inputs, index) - inputs.begin();
    if (at == std::ssize(inputs)) return editor_.tensor(index).name + "_requantized";
    return at == 0 ? "tfl.quantize" : fmt::format("tfl.quantize{}", at);
  }

  void set_form(std::int32_t index, const Form& form) {
    tflite::Tensor& target = editor_.tensor(index);
    if (form.type == TensorType::float32) return;
    target.type = form.type;
    target.quantization = {.scale = {form.params.scale}, .zero_point = {form.params.zero_point}};
  }

  void append_conversions(const std::vector<std::int32_t>& made) {
    for (const Conversion& conversion : conversions_) {
      if (std::ranges::find(made, conversion.from) == made.end()) continue;
      const bool to_float = conversion.form.type == TensorType::float32;
      editor_.main().operators.push_back({.code = to_float ? BuiltinOperator::dequantize : BuiltinOperator::quantize,
                                          .inputs = {conversion.from},
                                          .outputs = {conversion.to}});
    }
  }
};

}  // namespace

tflite::Model quantize_int8(const tflite::Model& model, const Ranges& ranges, const QuantizeOptions& options) {
  return Quantizer(model, ranges, options)();
}

}  // namespace mltk::quantize
