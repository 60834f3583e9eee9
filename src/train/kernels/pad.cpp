#include "graph/ops/pad.h"

#include <algorithm>

#include "train/kernels/copy_block.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Layout from(context.input_shape(0), context.batch);
  const Layout to(context.output_shape(), context.batch);
  std::fill_n(context.outputs[0], context.elements(context.output_shape()), 0.0F);
  float* first = context.outputs[0];
  const auto& padding = context.node->as<PadAttributes>().padding;
  for (std::size_t axis = 0; axis < to.rank; ++axis) first += padding[axis].first * to.strides[axis];
  copy_block(from.size_span(), context.inputs[0], from.stride_span(), first, to.stride_span());
}

}  // namespace

extern const KernelDef pad_def;
const KernelDef pad_def = {.op = "pad", .run = run};

}  // namespace mltk::kernels
