#include "graph/ops/concat.h"

#include "train/kernels/copy_block.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Layout to(context.output_shape(), context.batch);
  const std::int64_t given = context.node->as<ConcatAttributes>().axis;
  const auto axis = static_cast<std::size_t>(given < 0 ? given + static_cast<std::int64_t>(to.rank) : given);
  float* first = context.outputs[0];
  for (std::size_t i = 0; i < context.inputs.size(); ++i) {
    const Layout from(context.input_shape(i), context.batch);
    copy_block(from.size_span(), context.inputs[i], from.stride_span(), first, to.stride_span());
    first += from.sizes[axis] * to.strides[axis];
  }
}

}  // namespace

extern const KernelDef concat_def;
const KernelDef concat_def = {.op = "concat", .run = run};

}  // namespace mltk::kernels
