#include "graph/ops/average_pool_2d_backward.h"

#include "train/kernels/pool_window.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const auto& [pool, input_shape] = context.node->as<AveragePool2dBackwardAttributes>();
  const Geometry g(pool.window, input_shape, context.input_shape(0));
  for (std::int64_t n = 0; n < context.batch; ++n) {
    simd::average_pool_backward(pool_of(g), context.inputs[0] + n * g.output_elements(),
                                context.outputs[0] + n * g.input_elements());
  }
}

}  // namespace

extern const KernelDef average_pool_2d_backward_def;
const KernelDef average_pool_2d_backward_def = {.op = "average_pool_2d_backward", .run = run};

}  // namespace mltk::kernels
