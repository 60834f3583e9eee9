#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(66);

float square_of(float x) { return x * x; }

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) return elementwise<float, float>(op, square_of);
  op.fail_types();
}

}  // namespace

extern const OpDef square_def = {
    .code = BuiltinOperator::square,
    .options = &kOptions,
    .prepare = prepare,
};

}  // namespace mltk::tflite
