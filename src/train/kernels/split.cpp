#include "graph/ops/split.h"

#include "graph/composition.h"
#include "train/kernels/copy_block.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const auto& [axis, parts, lists_sizes] = context.node->as<SplitAttributes>();
  const Layout from(context.input_shape(0), context.batch);
  const auto along = static_cast<std::size_t>(resolve_axis(context.input_shape(0), axis));
  deal(context, from.strides[along] * from.sizes[along] / parts);
}

}  // namespace

extern const KernelDef split_def;
const KernelDef split_def = {.op = "split", .run = run};

}  // namespace mltk::kernels
