#include "graph/ops/depthwise_conv_2d_backward_filter.h"

#include "train/kernels/conv.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const auto& [window, filter_shape] = context.node->as<DepthwiseConv2dBackwardFilterAttributes>();
  const Geometry g(window, context.input_shape(0), context.input_shape(1));
  const std::int64_t multiplier = g.filters / g.channels;
  std::fill_n(context.outputs[0], filter_shape.elements(), 0.0F);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* input = context.inputs[0] + n * g.input_elements();
    const float* gradient = context.inputs[1] + n * g.output_elements();
    g.for_each_tap([&](std::int64_t p, std::int64_t q, std::int64_t i, std::int64_t j, std::int64_t y, std::int64_t x) {
      const float* from = input + (y * g.width + x) * g.channels;
      const float* dy = gradient + (p * g.columns + q) * g.filters;
      float* w = context.outputs[0] + (i * g.kernel_width + j) * g.filters;
      if (multiplier == 1) {
        simd::multiply_accumulate(from, dy, w, g.channels);
        return;
      }
      for (std::int64_t f = 0; f < g.filters; ++f) w[f] += from[f / multiplier] * dy[f];
    });
  }
}

}  // namespace

extern const KernelDef depthwise_conv_2d_backward_filter_def;
const KernelDef depthwise_conv_2d_backward_filter_def = {.op = "depthwise_conv_2d_backward_filter", .run = run};

}  // namespace mltk::kernels
