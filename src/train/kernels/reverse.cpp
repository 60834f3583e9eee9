#include "graph/ops/reverse.h"

#include <algorithm>

#include "train/kernels/copy_block.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Layout from(context.input_shape(0), context.batch);
  const std::size_t axis = context.node->as<ReverseAttributes>().axis;
  const std::int64_t inner = from.strides[axis];
  const std::int64_t count = from.sizes[axis];
  const std::int64_t outer = context.elements(context.input_shape(0)) / (inner * count);
  for (std::int64_t i = 0; i < outer; ++i) {
    for (std::int64_t k = 0; k < count; ++k) {
      std::copy_n(context.inputs[0] + (i * count + k) * inner, inner,
                  context.outputs[0] + (i * count + count - 1 - k) * inner);
    }
  }
}

}  // namespace

extern const KernelDef reverse_def;
const KernelDef reverse_def = {.op = "reverse", .run = run};

}  // namespace mltk::kernels
