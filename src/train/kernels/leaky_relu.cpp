#include "graph/ops/leaky_relu.h"

#include "train/kernels/kernel.h"
#include "train/kernels/simd.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  simd::leaky_relu(context.inputs[0], context.outputs[0], context.elements(context.output_shape()),
                   context.node->as<LeakyReluAttributes>().alpha);
}

}  // namespace

extern const KernelDef leaky_relu_def;
const KernelDef leaky_relu_def = {.op = "leaky_relu", .run = run};

}  // namespace mltk::kernels
