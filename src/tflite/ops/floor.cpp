#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

float floor_of(float x) { return std::floor(x); }

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (!all_types(op, TensorType::float32, {0})) op.fail_types();
  return elementwise<float, float>(op, floor_of);
}

}  // namespace

extern const OpDef floor_def = {
    .code = BuiltinOperator::floor,
    .prepare = prepare,
    .opened = opens<>,
};

}  // namespace mltk::tflite
