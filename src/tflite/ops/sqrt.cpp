#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

float sqrt_of(float x) { return std::sqrt(x); }

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) return elementwise<float, float>(op, sqrt_of);
  op.fail_types();
}

}  // namespace

extern const OpDef sqrt_def = {
    .code = BuiltinOperator::sqrt,
    .prepare = prepare,
};

}  // namespace mltk::tflite
