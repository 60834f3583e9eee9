#include "graph/ops/depthwise_conv_2d.h"

#include "train/kernels/convolution.h"
#include "train/kernels/depthwise_window.h"

namespace mltk::kernels {
namespace {

/// Several filters a channel.
void run_sample(const Geometry& g, const float* input, const float* filter, float* output) {
  const std::int64_t multiplier = g.filters / g.channels;
  std::fill_n(output, g.output_elements(), 0.0F);
  g.for_each_tap([&](std::int64_t p, std::int64_t q, std::int64_t i, std::int64_t j, std::int64_t y, std::int64_t x) {
    const float* from = input + (y * g.width + x) * g.channels;
    const float* w = filter + (i * g.kernel_width + j) * g.filters;
    float* to = output + (p * g.columns + q) * g.filters;
    for (std::int64_t c = 0; c < g.channels; ++c) {
      for (std::int64_t f = c * multiplier; f < (c + 1) * multiplier; ++f) to[f] += from[c] * w[f];
    }
  });
}

void run(const KernelContext& context) {
  const Geometry g(context.node->as<DepthwiseConv2dAttributes>().window, context.input_shape(0),
                   context.output_shape());
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* input = context.inputs[0] + n * g.input_elements();
    float* output = context.outputs[0] + n * g.output_elements();
    if (g.channels == 1) {
      convolve(g, 1, with_margins(g, input, context.scratch), context.inputs[1], output);
      continue;
    }
    if (g.filters != g.channels) {
      run_sample(g, input, context.inputs[1], output);
      continue;
    }
    input = with_margins(g, input, context.scratch);
    for_each_line_group(g, [&](const LineGroup& lines) {
      simd::depthwise(depthwise_window(g, lines, input),
                      context.inputs[1] + lines.kernel_begin * g.kernel_width * g.channels,
                      output + lines.begin * g.columns * g.channels);
    });
  }
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t) {
  const Geometry g(node.as<DepthwiseConv2dAttributes>().window, graph.shape(node.inputs[0]),
                   graph.shape(node.outputs[0]));
  return g.margin_elements();
}

}  // namespace

extern const KernelDef depthwise_conv_2d_def;
const KernelDef depthwise_conv_2d_def = {.op = "depthwise_conv_2d", .run = run, .scratch = scratch};

}  // namespace mltk::kernels
