#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

float sin_of(float x) { return std::sin(x); }

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (!all_types(op, TensorType::float32, {0})) op.fail_types();
  return elementwise<float, float>(op, sin_of);
}

}  // namespace

extern const OpDef sin_def = {
    .code = BuiltinOperator::sin,
    .prepare = prepare,
};

}  // namespace mltk::tflite
