#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

float elu_of(float x) { return x < 0 ? std::expm1(x) : x; }

/// The device's table of codes is made of the difference.
float elu_by_difference(float x) { return x < 0 ? std::exp(x) - 1 : x; }

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) return elementwise<float, float>(op, elu_of);
  if (all_types(op, TensorType::int8, {0})) return float_table(op, elu_by_difference);
  op.fail_types();
}

}  // namespace

extern const OpDef elu_def = {
    .code = BuiltinOperator::elu,
    .prepare = prepare,
    .data = {256, 256},
};

}  // namespace mltk::tflite
