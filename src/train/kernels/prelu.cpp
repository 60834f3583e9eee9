#include "train/kernels/elementwise.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Shape& shape = context.output_shape();
  Walk walk = make_walk(shape, context.batch, shape, context.input_shape(1));
  const std::int64_t count = context.elements(shape);
  for (std::int64_t i = 0; i < count; ++i) {
    const float x = context.inputs[0][i];
    context.outputs[0][i] = x > 0 ? x : x * context.inputs[1][walk.offsets[1]];
    walk.advance(walk.rank);
  }
}

}  // namespace

extern const KernelDef prelu_def;
const KernelDef prelu_def = {.op = "prelu", .run = run};

}  // namespace mltk::kernels
