#include "graph/ops/average_pool_2d.h"

#include "train/kernels/conv.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Geometry g(context.node->as<AveragePool2dAttributes>().window, context.input_shape(0), context.output_shape());
  std::fill_n(context.outputs[0], context.batch * g.output_elements(), 0.0F);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* input = context.inputs[0] + n * g.input_elements();
    float* output = context.outputs[0] + n * g.output_elements();
    g.for_each_tap([&](std::int64_t p, std::int64_t q, std::int64_t, std::int64_t, std::int64_t y, std::int64_t x) {
      simd::accumulate(input + (y * g.width + x) * g.channels, output + (p * g.columns + q) * g.channels, g.channels);
    });
    for (std::int64_t p = 0; p < g.rows; ++p) {
      for (std::int64_t q = 0; q < g.columns; ++q) {
        simd::scale(output + (p * g.columns + q) * g.channels, g.channels, 1.0F / static_cast<float>(g.taps(p, q)));
      }
    }
  }
}

}  // namespace

extern const KernelDef average_pool_2d_def;
const KernelDef average_pool_2d_def = {.op = "average_pool_2d", .run = run};

}  // namespace mltk::kernels
