#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(84);

float cos_of(float x) { return std::cos(x); }

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (!all_types(op, TensorType::float32, {0})) op.fail_types();
  return elementwise<float, float>(op, cos_of);
}

}  // namespace

extern const OpDef cos_def = {
    .code = BuiltinOperator::cos,
    .options = &kOptions,
    .prepare = prepare,
};

}  // namespace mltk::tflite
