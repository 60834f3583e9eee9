#include "micro/prelu.h"

#include <tuple>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

template <class Value, class Alpha>
Kernel kernel(const OpContext& op) {
  micro::PreluParams params;
  params.input_offset = -zero_point_of(op, op.input(0));
  params.alpha_offset = -zero_point_of(op, op.input(1));
  params.output_zero_point = zero_point_of(op, op.output());
  const double ratio = static_cast<double>(scale_of(op, op.input(0))) / static_cast<double>(scale_of(op, op.output()));
  params.positive = checked_multiplier(op, ratio);
  params.negative = checked_multiplier(op, static_cast<double>(scale_of(op, op.input(0))) *
                                               static_cast<double>(scale_of(op, op.input(1))) /
                                               static_cast<double>(scale_of(op, op.output())));
  std::tie(params.low, params.high) = code_range(op.output().type);
  return [params, shape = broadcast_of(op), in = op.input_slot(0), alpha = op.input_slot(1),
          out = op.output_slot()](Buffers buffers) {
    micro::prelu(params, shape, input_data<Value>(buffers, in), input_data<Alpha>(buffers, alpha),
                 output_data<Value>(buffers, out));
  };
}

Kernel prepare(const OpContext& op) {
  if (all_types(op, TensorType::float32, {0, 1})) {
    return binary<float>(op, [](float x, float alpha) { return x >= 0 ? x : x * alpha; });
  }
  if (all_types(op, TensorType::int8, {0, 1})) return kernel<std::int8_t, std::int8_t>(op);
  if (all_types(op, TensorType::int16, {0}) && op.input(1).type == TensorType::int8) {
    return kernel<std::int16_t, std::int8_t>(op);
  }
  op.fail_types();
}

}  // namespace

extern const OpDef prelu_def = {
    .code = BuiltinOperator::prelu,
    .prepare = prepare,
    .data = {28, 28},
};

}  // namespace mltk::tflite
