#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

float rsqrt_of(float x) { return 1 / std::sqrt(x); }

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) return elementwise<float, float>(op, rsqrt_of);
  op.fail_types();
}

}  // namespace

extern const OpDef rsqrt_def = {
    .code = BuiltinOperator::rsqrt,
    .prepare = prepare,
    .data = {28, 28},
};

}  // namespace mltk::tflite
