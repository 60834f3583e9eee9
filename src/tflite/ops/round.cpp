#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

/// To the nearest integer, to the even one in the middle; never -0.
float round_of(float x) {
  const float below = std::floor(x);
  const float rest = x - below;
  const bool even = std::fmod(below, 2.0F) == 0;
  return rest < 0.5F || (rest == 0.5F && even) ? below : below + 1;
}

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (!all_types(op, TensorType::float32, {0})) op.fail_types();
  return elementwise<float, float>(op, round_of);
}

}  // namespace

extern const OpDef round_def = {
    .code = BuiltinOperator::round,
    .prepare = prepare,
};

}  // namespace mltk::tflite
