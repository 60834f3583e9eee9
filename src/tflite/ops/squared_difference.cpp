#include "micro/squared_difference.h"

#include <algorithm>
#include <tuple>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(76);

template <class Value>
Kernel kernel(const OpContext& op) {
  micro::AddParams params;
  const float scale_a = scale_of(op, op.input(0));
  const float scale_b = scale_of(op, op.input(1));
  params.offset_a = -zero_point_of(op, op.input(0));
  params.offset_b = -zero_point_of(op, op.input(1));
  params.output_zero_point = zero_point_of(op, op.output());
  params.left_shift = sizeof(Value) == 1 ? 7 : 0;
  const double twice_largest = 2 * static_cast<double>(std::max(scale_a, scale_b));
  params.multiplier_a = checked_multiplier(op, scale_a / twice_largest);
  params.multiplier_b = checked_multiplier(op, scale_b / twice_largest);
  const float unit = static_cast<float>(1 << (2 * params.left_shift)) * scale_of(op, op.output());
  params.multiplier_out = checked_multiplier(op, twice_largest * twice_largest / static_cast<double>(unit));
  std::tie(params.low, params.high) = code_range(op.output().type);
  return [params, shape = broadcast_of(op), a = op.input_slot(0), b = op.input_slot(1),
          out = op.output_slot()](Buffers buffers) {
    micro::squared_difference(params, shape, input_data<Value>(buffers, a), input_data<Value>(buffers, b),
                              output_data<Value>(buffers, out));
  };
}

Kernel prepare(const OpContext& op) {
  if (all_types(op, TensorType::int8, {0, 1})) return kernel<std::int8_t>(op);
  if (all_types(op, TensorType::int16, {0, 1})) return kernel<std::int16_t>(op);
  if (all_types(op, TensorType::float32, {0, 1})) {
    return binary<float>(op, [](float a, float b) { return (a - b) * (a - b); });
  }
  if (all_types(op, TensorType::int32, {0, 1})) {
    return binary<std::uint32_t>(op, [](std::uint32_t a, std::uint32_t b) { return (a - b) * (a - b); });
  }
  op.fail_types();
}

}  // namespace

extern const OpDef squared_difference_def = {
    .code = BuiltinOperator::squared_difference,
    .options = &kOptions,
    .prepare = prepare,
    .data = {112, 104},
};

}  // namespace mltk::tflite
