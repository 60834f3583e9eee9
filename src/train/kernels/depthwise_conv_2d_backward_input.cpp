#include "graph/ops/depthwise_conv_2d_backward_input.h"

#include "train/kernels/conv.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const auto& [window, input_shape] = context.node->as<DepthwiseConv2dBackwardInputAttributes>();
  const Geometry g(window, input_shape, context.input_shape(0));
  const std::int64_t multiplier = g.filters / g.channels;
  std::fill_n(context.outputs[0], context.batch * g.input_elements(), 0.0F);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* gradient = context.inputs[0] + n * g.output_elements();
    float* input = context.outputs[0] + n * g.input_elements();
    g.for_each_tap([&](std::int64_t p, std::int64_t q, std::int64_t i, std::int64_t j, std::int64_t y, std::int64_t x) {
      const float* dy = gradient + (p * g.columns + q) * g.filters;
      const float* w = context.inputs[1] + (i * g.kernel_width + j) * g.filters;
      float* to = input + (y * g.width + x) * g.channels;
      if (multiplier == 1) {
        simd::multiply_accumulate(dy, w, to, g.channels);
        return;
      }
      for (std::int64_t f = 0; f < g.filters; ++f) to[f / multiplier] += dy[f] * w[f];
    });
  }
}

}  // namespace

extern const KernelDef depthwise_conv_2d_backward_input_def;
const KernelDef depthwise_conv_2d_backward_input_def = {.op = "depthwise_conv_2d_backward_input", .run = run};

}  // namespace mltk::kernels
