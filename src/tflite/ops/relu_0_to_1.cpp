#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

float relu_0_to_1_of(float x) { return std::fmin(std::fmax(x, 0.0F), 1.0F); }

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) return elementwise<float, float>(op, relu_0_to_1_of);
  op.fail_types();
}

}  // namespace

extern const OpDef relu_0_to_1_def = {
    .code = BuiltinOperator::relu_0_to_1,
    .prepare = prepare,
    .on_device = false,
};

}  // namespace mltk::tflite
