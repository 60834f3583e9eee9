#include "graph/ops/depthwise_conv_2d.h"

#include "train/kernels/conv.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Geometry g(context.node->as<DepthwiseConv2dAttributes>().window, context.input_shape(0),
                   context.output_shape());
  const std::int64_t multiplier = g.filters / g.channels;
  std::fill_n(context.outputs[0], context.batch * g.output_elements(), 0.0F);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* input = context.inputs[0] + n * g.input_elements();
    float* output = context.outputs[0] + n * g.output_elements();
    g.for_each_tap([&](std::int64_t p, std::int64_t q, std::int64_t i, std::int64_t j, std::int64_t y, std::int64_t x) {
      const float* from = input + (y * g.width + x) * g.channels;
      const float* w = context.inputs[1] + (i * g.kernel_width + j) * g.filters;
      float* to = output + (p * g.columns + q) * g.filters;
      if (multiplier == 1) {
        simd::multiply_accumulate(from, w, to, g.channels);
        return;
      }
      for (std::int64_t f = 0; f < g.filters; ++f) to[f] += from[f / multiplier] * w[f];
    });
  }
}

}  // namespace

extern const KernelDef depthwise_conv_2d_def;
const KernelDef depthwise_conv_2d_def = {.op = "depthwise_conv_2d", .run = run};

}  // namespace mltk::kernels
