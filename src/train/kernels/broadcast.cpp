#include "train/kernels/elementwise.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Shape& shape = context.output_shape();
  Walk walk = make_walk(shape, context.batch, context.input_shape(0), {});
  const std::int64_t count = context.elements(shape);
  for (std::int64_t i = 0; i < count; ++i) {
    context.outputs[0][i] = context.inputs[0][walk.offsets[0]];
    walk.advance(walk.rank);
  }
}

}  // namespace

extern const KernelDef broadcast_def;
const KernelDef broadcast_def = {.op = "broadcast", .run = run};

}  // namespace mltk::kernels
