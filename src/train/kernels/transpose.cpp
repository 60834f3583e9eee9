#include "graph/ops/transpose.h"

#include "train/kernels/copy_block.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Layout from(context.input_shape(0), context.batch);
  const Layout to(context.output_shape(), context.batch);
  const auto& permutation = context.node->as<TransposeAttributes>().permutation;
  std::int64_t strides[8] = {};
  for (std::size_t axis = 0; axis < to.rank; ++axis) strides[axis] = from.strides[permutation[axis]];
  copy_block(to.size_span(), context.inputs[0], {strides, to.rank}, context.outputs[0], to.stride_span());
}

}  // namespace

extern const KernelDef transpose_def;
const KernelDef transpose_def = {.op = "transpose", .run = run};

}  // namespace mltk::kernels
