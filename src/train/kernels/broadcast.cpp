#include <algorithm>

#include "train/kernels/elementwise.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Shape& shape = context.output_shape();
  Walk walk = make_walk(shape, context.batch, context.input_shape(0), {});
  if (walk.rank == 0) {
    context.outputs[0][0] = context.inputs[0][0];
    return;
  }
  const std::size_t last = walk.rank - 1;
  const std::int64_t row = walk.sizes[last];
  const std::int64_t rows = context.elements(shape) / std::max<std::int64_t>(row, 1);
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* from = context.inputs[0] + walk.offsets[0];
    float* to = context.outputs[0] + r * row;
    if (walk.strides[0][last] == 0) {
      std::fill_n(to, row, *from);
    } else {
      std::copy_n(from, row, to);
    }
    walk.advance(last);
  }
}

}  // namespace

extern const KernelDef broadcast_def;
const KernelDef broadcast_def = {.op = "broadcast", .run = run};

}  // namespace mltk::kernels
