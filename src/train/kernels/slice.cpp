#include "graph/ops/slice.h"

#include "train/kernels/copy_block.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Layout from(context.input_shape(0), context.batch);
  const Layout to(context.output_shape(), context.batch);
  const float* first = context.inputs[0];
  const auto& begin = context.node->as<SliceAttributes>().begin;
  for (std::size_t axis = 0; axis < from.rank; ++axis) first += begin[axis] * from.strides[axis];
  copy_block(to.size_span(), first, from.stride_span(), context.outputs[0], to.stride_span());
}

}  // namespace

extern const KernelDef slice_def;
const KernelDef slice_def = {.op = "slice", .run = run};

}  // namespace mltk::kernels
