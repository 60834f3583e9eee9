#include <algorithm>

#include "micro/unary.h"
#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

OpCost cost(const OpContext& op) { return plain_cost(2 * elements(op.input(0))); }

/// The ratios of the scales are taken in float, as the reference kernel does.
micro::RescaleParams params_of(const OpContext& op) {
  micro::RescaleParams params;
  params.input_zero_point = zero_point_of(op, op.input(0));
  params.output_zero_point = zero_point_of(op, op.output());
  params.positive = checked_multiplier(op, static_cast<double>(scale_of(op, op.input(0)) / scale_of(op, op.output())));
  const auto [low, high] = code_range(op.output().type);
  params.low = std::max(low, params.output_zero_point);
  params.high = high;
  return params;
}

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) {
    return elementwise<float, float>(op, [](float x) { return x > 0 ? x : 0.0F; });
  }
  if (all_types(op, TensorType::int8, {0})) {
    return int8_table(op, [params = params_of(op)](std::int8_t code) { return micro::rescale_code(params, code); });
  }
  if (all_types(op, TensorType::int16, {0})) {
    return elementwise<std::int16_t, std::int16_t>(op, [params = params_of(op)](std::int16_t code) {
      return static_cast<std::int16_t>(micro::rescale_code(params, code));
    });
  }
  op.fail_types();
}

}  // namespace

extern const OpDef relu_def = {
    .code = BuiltinOperator::relu,
    .cost = cost,
    .prepare = prepare,
    .data = {28, 28},
};

}  // namespace mltk::tflite
