#include "graph/ops/average_pool_2d_backward.h"

#include "train/kernels/conv.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const auto& [pool, input_shape] = context.node->as<AveragePool2dBackwardAttributes>();
  const Geometry g(pool.window, input_shape, context.input_shape(0));
  std::fill_n(context.outputs[0], context.batch * g.input_elements(), 0.0F);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* gradient = context.inputs[0] + n * g.output_elements();
    float* input = context.outputs[0] + n * g.input_elements();
    g.for_each_tap([&](std::int64_t p, std::int64_t q, std::int64_t, std::int64_t, std::int64_t y, std::int64_t x) {
      const float share = 1.0F / static_cast<float>(g.taps(p, q));
      const float* dy = gradient + (p * g.columns + q) * g.channels;
      float* to = input + (y * g.width + x) * g.channels;
      for (std::int64_t c = 0; c < g.channels; ++c) to[c] += dy[c] * share;
    });
  }
}

}  // namespace

extern const KernelDef average_pool_2d_backward_def;
const KernelDef average_pool_2d_backward_def = {.op = "average_pool_2d_backward", .run = run};

}  // namespace mltk::kernels
