#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

float ceil_of(float x) { return std::ceil(x); }

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (!all_types(op, TensorType::float32, {0})) op.fail_types();
  return elementwise<float, float>(op, ceil_of);
}

}  // namespace

extern const OpDef ceil_def = {
    .code = BuiltinOperator::ceil,
    .prepare = prepare,
};

}  // namespace mltk::tflite
