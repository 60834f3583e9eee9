#include <cmath>

#include "tflite/ops/common.h"
#include "tflite/ops/sigmoid.h"

namespace mltk::tflite {
namespace {

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) {
    return elementwise<float, float>(op, [](float x) { return std::tanh(x); });
  }
  if (all_types(op, TensorType::int8, {0})) {
    return int8_table(op, [params = sigmoid_params(op)](std::int8_t code) { return micro::tanh_code(params, code); });
  }
  if (all_types(op, TensorType::int16, {0})) {
    return elementwise<std::int16_t, std::int16_t>(
        op, [scale = sigmoid_table_scale(op)](std::int16_t code) { return micro::tanh_16(scale(code)); });
  }
  op.fail_types();
}

}  // namespace

extern const OpDef tanh_def = {
    .code = BuiltinOperator::tanh,
    .prepare = prepare,
    .data = {16, 16},
    .opened = opens<0, 0, ~0>,
};

}  // namespace mltk::tflite
