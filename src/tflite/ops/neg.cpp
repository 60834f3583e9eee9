#include <cmath>

#include "tflite/ops/common.h"

namespace mltk::tflite {
namespace {

constexpr OptionsCodec kOptions = options_codec<EmptyOptions>(42);

float neg_of(float x) { return -x; }

Kernel prepare(const OpContext& op) {
  require_same_elements(op);
  if (all_types(op, TensorType::float32, {0})) return elementwise<float, float>(op, neg_of);
  op.fail_types();
}

}  // namespace

extern const OpDef neg_def = {
    .code = BuiltinOperator::neg,
    .options = &kOptions,
    .prepare = prepare,
    .opened = opens<>,
};

}  // namespace mltk::tflite
