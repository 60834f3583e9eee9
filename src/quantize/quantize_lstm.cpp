#include "quantize/quantize_lstm.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace mltk::quantize {
namespace {

using tflite::TensorType;

constexpr std::size_t kGates = 4;
constexpr std::size_t kInputWeights = 1;      ///< of the input, forget, cell and output gate
constexpr std::size_t kRecurrentWeights = 5;  ///< in the same order
constexpr std::size_t kBiases = 12;
constexpr std::size_t kIntermediates = 5;

void check_kind(ModelEditor& editor, const tflite::Operator& op) {
  const auto absent = [&](std::size_t i) { return i >= op.inputs.size() || op.inputs[i] < 0; };
  bool plain = op.inputs.size() > kLstmCellState;
  for (std::size_t gate = 0; plain && gate < kGates; ++gate) {
    plain = editor.is_float_constant(op.inputs[kInputWeights + gate]) &&
            editor.is_float_constant(op.inputs[kRecurrentWeights + gate]) &&
            editor.is_float_constant(op.inputs[kBiases + gate]);
  }
  for (const std::size_t i : {9, 10, 11, 16, 17, 20, 21, 22, 23}) plain = plain && absent(i);
  if (!plain) {
    fail(ErrorKind::unsupported,
         "{} '{}': only an LSTM with constant weights and biases for its four gates, without peepholes, projection and "
         "layer normalization, can be quantized",
         tflite::to_string(op.code), editor.tensor(op.outputs.at(0)).name);
  }
}

/// Symmetric int8, one scale.
float quantize_weights(ModelEditor& editor, std::int32_t& index, Generation generation) {
  const WeightScales scales = weight_scales(editor.floats(index), {}, false, generation);
  index = editor.add_constant(index, TensorType::int8, weight_codes(editor.floats(index), {}, scales),
                              {.scale = scales.scales, .zero_point = {0}});
  return scales.scales[0];
}

void quantize_bias(ModelEditor& editor, std::int32_t& index, float scale) {
  const auto inverse = static_cast<float>(1.0 / static_cast<double>(scale));
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  std::vector<std::int32_t> codes;
  for (const float value : editor.floats(index))
    codes.push_back(static_cast<std::int32_t>(clamp_round(value * inverse, -kMost, kMost)));
  index = editor.add_constant(index, TensorType::int32, codes, {.scale = {scale}, .zero_point = {0}});
}

void set_type(tflite::Tensor& tensor, TensorType type, const Params& params) {
  tensor.type = type;
  tensor.quantization = {.scale = {params.scale}, .zero_point = {params.zero_point}};
}

/// The smallest power of two that reaches the range, over 2^15.
Params cell_params(const Range& range) {
  const float most = std::max(std::abs(range.min), std::abs(range.max));
  int exponent = 0;
  const float fraction = std::frexp(most, &exponent);  // most = fraction * 2^exponent, fraction in [0.5, 1)
  if (fraction == 0.5F) --exponent;
  return {std::ldexp(1.0F, exponent - 15), 0};
}

}  // namespace

void quantize_lstm(ModelEditor& editor, tflite::Operator& op, const LstmScales& scales, Generation generation) {
  check_kind(editor, op);
  for (std::size_t gate = 0; gate < kGates; ++gate) {
    const float weight_scale = quantize_weights(editor, op.inputs[kInputWeights + gate], generation);
    quantize_weights(editor, op.inputs[kRecurrentWeights + gate], generation);
    quantize_bias(editor, op.inputs[kBiases + gate], scales.input * weight_scale);
  }
  set_type(editor.tensor(op.inputs[kLstmOutputState]), TensorType::int8, scales.output_state);
  set_type(editor.tensor(op.inputs[kLstmCellState]), TensorType::int16, cell_params(scales.cell_state));
  while (op.intermediates.size() < kIntermediates) {
    op.intermediates.push_back(
        editor.add_tensor({.name = fmt::format("intermediate_{}", op.intermediates.size()), .shape = {0}}));
  }
  set_type(editor.tensor(op.intermediates.back()), TensorType::int8, scales.hidden);
}

}  // namespace mltk::quantize
