#include "graph/ops/reduce_max.h"

#include <algorithm>
#include <limits>

#include "train/kernels/elementwise.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Shape& from = context.input_shape(0);
  Shape kept = from;
  for (const std::int64_t axis : context.node->as<ReduceAttributes>().axes) kept[static_cast<std::size_t>(axis)] = 1;
  float* out = context.outputs[0];
  std::fill_n(out, context.elements(context.output_shape()), std::numeric_limits<float>::lowest());
  Walk walk = make_walk(from, context.batch, from, kept);
  const std::int64_t count = context.elements(from);
  for (std::int64_t i = 0; i < count; ++i) {
    float& most = out[walk.offsets[1]];
    const float value = context.inputs[0][i];
    if (!(value <= most)) most = value;  // a NaN reaches the loss, where it is seen
    walk.advance(walk.rank);
  }
}

}  // namespace

extern const KernelDef reduce_max_def;
const KernelDef reduce_max_def = {.op = "reduce_max", .run = run};

}  // namespace mltk::kernels
