#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(33);

float exp_of(float x) { return std::exp(x); }

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) return elementwise<float, float>(op, exp_of);
  if (all_types(op, TensorType::int8, {0})) return float_table(op, exp_of);
  op.fail_types();
}

}  // namespace

extern const OpDef exp_def = {
    .code = BuiltinOperator::exp,
    .options = &kOptions,
    .prepare = prepare,
    .device_takes = makes<TensorType::float32>,
};

}  // namespace mltk::tflite
