#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(78);

float abs_of(float x) { return std::abs(x); }

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) return elementwise<float, float>(op, abs_of);
  op.fail_types();
}

}  // namespace

extern const OpDef abs_def = {
    .code = BuiltinOperator::abs,
    .options = &kOptions,
    .prepare = prepare,
    .data = {28, 28},
};

}  // namespace mltk::tflite
