#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

float log_of(float x) { return std::log(x); }

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) return elementwise<float, float>(op, log_of);
  if (all_types(op, TensorType::int8, {0})) return float_table(op, log_of);
  op.fail_types();
}

}  // namespace

extern const OpDef log_def = {
    .code = BuiltinOperator::log,
    .prepare = prepare,
    .device_takes = makes<TensorType::float32>,
};

}  // namespace mltk::tflite
