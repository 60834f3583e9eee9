#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

OpCost cost(const OpContext& op) { return plain_cost(2 * elements(op.input(0))); }

/// Clamps between the input's codes of 0 and 6: the reference kernel does not rescale.
template <class Value>
Kernel kernel(const OpContext& op) {
  const std::int32_t low = zero_point_of(op, op.input(0));
  const std::int32_t high = activation_codes(op, Activation::relu6, op.input(0)).second;
  return elementwise<Value, Value>(
      op, [=](Value code) { return static_cast<Value>(micro::clamp<std::int32_t>(code, low, high)); });
}

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) {
    return elementwise<float, float>(op, [](float x) { return micro::clamp(x, 0.0F, 6.0F); });
  }
  if (all_types(op, TensorType::int8, {0})) return kernel<std::int8_t>(op);
  if (all_types(op, TensorType::int16, {0})) return kernel<std::int16_t>(op);
  op.fail_types();
}

}  // namespace

extern const OpDef relu6_def = {
    .code = BuiltinOperator::relu6,
    .cost = cost,
    .prepare = prepare,
    .data = {8, 8},
    .opened = opens<0>,
};

}  // namespace mltk::tflite
