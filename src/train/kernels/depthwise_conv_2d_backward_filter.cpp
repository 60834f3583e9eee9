#include "graph/ops/depthwise_conv_2d_backward_filter.h"

#include "train/kernels/convolution.h"
#include "train/kernels/depthwise_window.h"

namespace mltk::kernels {
namespace {

/// Several filters a channel.
void run_sample(const Geometry& g, const float* input, const float* gradient, float* filter) {
  const std::int64_t multiplier = g.filters / g.channels;
  g.for_each_tap([&](std::int64_t p, std::int64_t q, std::int64_t i, std::int64_t j, std::int64_t y, std::int64_t x) {
    const float* from = input + (y * g.width + x) * g.channels;
    const float* dy = gradient + (p * g.columns + q) * g.filters;
    float* w = filter + (i * g.kernel_width + j) * g.filters;
    for (std::int64_t c = 0; c < g.channels; ++c) {
      for (std::int64_t f = c * multiplier; f < (c + 1) * multiplier; ++f) w[f] += from[c] * dy[f];
    }
  });
}

void run(const KernelContext& context) {
  const auto& [window, filter_shape] = context.node->as<DepthwiseConv2dBackwardFilterAttributes>();
  const Geometry g(window, context.input_shape(0), context.input_shape(1));
  float* filter = context.outputs[0];
  if (!context.add) std::fill_n(filter, filter_shape.elements(), 0.0F);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* input = context.inputs[0] + n * g.input_elements();
    const float* gradient = context.inputs[1] + n * g.output_elements();
    if (g.channels == 1) {
      add_filter_gradient(g, 1, with_margins(g, input, context.scratch), gradient, filter);
      continue;
    }
    if (g.filters != g.channels) {
      run_sample(g, input, gradient, filter);
      continue;
    }
    input = with_margins(g, input, context.scratch);
    for_each_line_group(g, [&](const LineGroup& lines) {
      simd::depthwise_filter(depthwise_window(g, lines, input), gradient + lines.begin * g.columns * g.channels,
                             filter + lines.kernel_begin * g.kernel_width * g.channels);
    });
  }
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t) {
  const Geometry g(node.as<DepthwiseConv2dBackwardFilterAttributes>().window, graph.shape(node.inputs[0]),
                   graph.shape(node.inputs[1]));
  return g.margin_elements();
}

}  // namespace

extern const KernelDef depthwise_conv_2d_backward_filter_def;
const KernelDef depthwise_conv_2d_backward_filter_def = {
    .op = "depthwise_conv_2d_backward_filter", .run = run, .scratch = scratch, .adds = true};

}  // namespace mltk::kernels
