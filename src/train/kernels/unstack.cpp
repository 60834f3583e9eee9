#include "graph/ops/unstack.h"

#include "train/kernels/copy_block.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Layout from(context.input_shape(0), context.batch);
  deal(context, from.strides[context.node->as<UnstackAttributes>().axis]);
}

}  // namespace

extern const KernelDef unstack_def;
const KernelDef unstack_def = {.op = "unstack", .run = run};

}  // namespace mltk::kernels
