#include "graph/ops/average_pool_2d.h"

#include "train/kernels/pool_window.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Geometry g(context.node->as<AveragePool2dAttributes>().window, context.input_shape(0), context.output_shape());
  for (std::int64_t n = 0; n < context.batch; ++n) {
    simd::average_pool(pool_of(g), context.inputs[0] + n * g.input_elements(),
                       context.outputs[0] + n * g.output_elements());
  }
}

}  // namespace

extern const KernelDef average_pool_2d_def;
const KernelDef average_pool_2d_def = {.op = "average_pool_2d", .run = run};

}  // namespace mltk::kernels
