#include "tflite/ops/sub.h"

#include <algorithm>

#include "micro/add.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<SubOptions>(28);

micro::AddParams params_of(const OpContext& op) {
  micro::AddParams params;
  const Tensor& a = op.input(0);
  const Tensor& b = op.input(1);
  const float scale_a = scale_of(op, a);
  const float scale_b = scale_of(op, b);
  params.offset_a = -zero_point_of(op, a);
  params.offset_b = -zero_point_of(op, b);
  params.output_zero_point = zero_point_of(op, op.output());
  params.left_shift = a.type == TensorType::int16 ? 15 : 20;
  // In float, unlike ADD: tflite-micro's kernel does so, TFLite's own does not.
  const float twice_largest = 2 * std::max(scale_a, scale_b);
  params.multiplier_a = checked_multiplier(op, static_cast<double>(scale_a / twice_largest));
  params.multiplier_b = checked_multiplier(op, static_cast<double>(scale_b / twice_largest));
  params.multiplier_out = checked_multiplier(
      op,
      static_cast<double>(twice_largest / (static_cast<float>(1 << params.left_shift) * scale_of(op, op.output()))));
  params.subtract = true;
  std::tie(params.low, params.high) = activation_codes(op, op.options<SubOptions>().activation, op.output());
  return params;
}

template <class Value>
Kernel kernel(const OpContext& op) {
  return [params = params_of(op), shape = broadcast_of(op), a = op.input_slot(0), b = op.input_slot(1),
          out = op.output_slot()](Buffers buffers) {
    micro::add(params, shape, input_data<Value>(buffers, a), input_data<Value>(buffers, b),
               output_data<Value>(buffers, out));
  };
}

Kernel prepare(const OpContext& op) {
  if (all_types(op, TensorType::int8, {0, 1})) return kernel<std::int8_t>(op);
  if (all_types(op, TensorType::int16, {0, 1})) return kernel<std::int16_t>(op);
  if (all_types(op, TensorType::float32, {0, 1})) {
    const auto [low, high] = activation_floats(op.options<SubOptions>().activation);
    return binary<float>(op, [low = low, high = high](float a, float b) { return micro::clamp(a - b, low, high); });
  }
  if (all_types(op, TensorType::int32, {0, 1})) {
    const auto [low, high] = activation_integers(op.options<SubOptions>().activation);
    return binary<std::int32_t>(op, [low = low, high = high](std::uint32_t a, std::uint32_t b) {
      return micro::clamp(static_cast<std::int32_t>(a - b), low, high);
    });
  }
  op.fail_types();
}

}  // namespace

extern const OpDef sub_def = {
    .code = BuiltinOperator::sub,
    .options = &kOptions,
    .prepare = prepare,
    .parsed_options = {8, 8, 4},
    .data = {52, 52},
};

}  // namespace mltk::tflite
