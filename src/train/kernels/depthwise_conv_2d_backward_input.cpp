#include "graph/ops/depthwise_conv_2d_backward_input.h"

#include "train/kernels/conv.h"
#include "train/kernels/depthwise.h"

namespace mltk::kernels {
namespace {

/// Several filters a channel, or windows with gaps.
void run_taps(const Geometry& g, const float* gradient, const float* filter, float* input) {
  const std::int64_t multiplier = g.filters / g.channels;
  std::fill_n(input, g.input_elements(), 0.0F);
  g.for_each_tap([&](std::int64_t p, std::int64_t q, std::int64_t i, std::int64_t j, std::int64_t y, std::int64_t x) {
    const float* dy = gradient + (p * g.columns + q) * g.filters;
    const float* w = filter + (i * g.kernel_width + j) * g.filters;
    float* to = input + (y * g.width + x) * g.channels;
    for (std::int64_t f = 0; f < g.filters; ++f) to[f / multiplier] += dy[f] * w[f];
  });
}

/// One phase of one sample; `gradient` has its margins.
void run_phase(const Geometry& g, const Phase& vertical, const Phase& horizontal, const Margins& margins,
               const float* gradient, const float* filter, float* input) {
  const std::int64_t line = margins.width(g) * g.channels;
  const std::int64_t out_line = g.stride_height * g.width * g.channels;
  float* out = input + (vertical.first * g.width + horizontal.first) * g.channels;
  for (std::int64_t y = 0; y < vertical.count;) {
    const LineGroup lines = line_group(y, vertical.count, vertical.taps, 1, 1, -vertical.start, g.rows);
    y = lines.end;
    // The taps in turned order.
    const std::int64_t tap_row = vertical.tap + (vertical.taps - 1 - lines.kernel_begin) * g.stride_height;
    const std::int64_t tap_column = horizontal.tap + (horizontal.taps - 1) * g.stride_width;
    simd::depthwise({.lines = lines.lines(),
                     .pixels = horizontal.count,
                     .channels = g.channels,
                     .rows = lines.kernel_rows(),
                     .columns = horizontal.taps,
                     .x = gradient + (lines.begin + lines.kernel_begin + vertical.start) * line +
                          (horizontal.start + margins.left) * g.channels,
                     .x_line = line,
                     .x_pixel = g.channels,
                     .x_row = line,
                     .x_column = g.channels,
                     .w_row = -g.stride_height * g.kernel_width * g.channels,
                     .w_column = -g.stride_width * g.channels,
                     .out_line = out_line,
                     .out_pixel = g.stride_width * g.channels},
                    filter + (tap_row * g.kernel_width + tap_column) * g.channels, out + lines.begin * out_line);
  }
}

void run_phases(const Geometry& g, const Margins& margins, const float* gradient, const float* filter, float* input) {
  for (std::int64_t a = 0; a < g.stride_height; ++a) {
    for (std::int64_t b = 0; b < g.stride_width; ++b) {
      run_phase(g, Phase(a, g.stride_height, g.kernel_height, g.pad_top, g.height),
                Phase(b, g.stride_width, g.kernel_width, g.pad_left, g.width), margins, gradient, filter, input);
    }
  }
}

Geometry geometry(const Graph& graph, const Node& node) {
  const auto& [window, input_shape] = node.as<DepthwiseConv2dBackwardInputAttributes>();
  return {window, input_shape, graph.shape(node.inputs[0])};
}

void run(const KernelContext& context) {
  const Geometry g = geometry(*context.graph, *context.node);
  const Margins margins(g);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* gradient = context.inputs[0] + n * g.output_elements();
    float* input = context.outputs[0] + n * g.input_elements();
    if (g.filters != g.channels || g.dilation_height * g.dilation_width > 1) {
      run_taps(g, gradient, context.inputs[1], input);
      continue;
    }
    gradient = with_margins(gradient, g.rows, g.columns * g.channels, margins.left * g.channels,
                            margins.right * g.channels, context.scratch);
    run_phases(g, margins, gradient, context.inputs[1], input);
  }
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t) {
  const Geometry g = geometry(graph, node);
  return g.rows * Margins(g).width(g) * g.filters;
}

}  // namespace

extern const KernelDef depthwise_conv_2d_backward_input_def;
const KernelDef depthwise_conv_2d_backward_input_def = {
    .op = "depthwise_conv_2d_backward_input", .run = run, .scratch = scratch};

}  // namespace mltk::kernels
