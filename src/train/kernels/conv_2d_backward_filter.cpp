#include "graph/ops/conv_2d_backward_filter.h"

#include "train/kernels/convolution.h"

namespace mltk::kernels {
namespace {

// A row of the filter's gradient, KW * C by F, is the product of the transposed inputs under it and the output's
// gradient; the sum runs over the pixels of a sample.
void run_sample(const Geometry& g, const float* input, const float* gradient, float* filter) {
  const std::int64_t line = g.padded_width() * g.channels;
  const std::int64_t depth = g.kernel_width * g.channels;
  for (std::int64_t p = 0; p < g.rows;) {
    const LineGroup lines =
        line_group(p, g.rows, g.kernel_height, g.stride_height, g.dilation_height, g.pad_top, g.height);
    for (std::int64_t i = lines.kernel_begin; i < lines.kernel_end; ++i) {
      const std::int64_t top = lines.begin * g.stride_height + i * g.dilation_height - g.pad_top;
      simd::product({.pixels = depth,
                     .filters = g.filters,
                     .rows = lines.lines(),
                     .depth = g.columns,
                     .x = input + top * line,
                     .x_pixel = 1,
                     .x_row = g.stride_height * line,
                     .x_step = g.stride_width * g.channels,
                     .w = gradient + lines.begin * g.columns * g.filters,
                     .w_row = g.columns * g.filters,
                     .w_step = g.filters,
                     .out = filter + i * depth * g.filters,
                     .out_pixel = g.filters,
                     .add = true});
    }
    p = lines.end;
  }
}

/// Groups of channels, or windows with gaps: tap by tap.
void run_taps(const Geometry& g, std::int64_t groups, const float* input, const float* gradient, float* filter) {
  const std::int64_t line = g.padded_width() * g.channels;
  const std::int64_t group_in = g.channels / groups;
  const std::int64_t group_out = g.filters / groups;
  for (std::int64_t p = 0; p < g.rows;) {
    const LineGroup lines =
        line_group(p, g.rows, g.kernel_height, g.stride_height, g.dilation_height, g.pad_top, g.height);
    const std::int64_t top = lines.begin * g.stride_height - g.pad_top;
    for (std::int64_t i = lines.kernel_begin; i < lines.kernel_end; ++i) {
      for (std::int64_t j = 0; j < g.kernel_width; ++j) {
        for (std::int64_t k = 0; k < groups; ++k) {
          simd::product(
              {.pixels = group_in,
               .filters = group_out,
               .rows = lines.lines(),
               .depth = g.columns,
               .x = input + (top + i * g.dilation_height) * line + j * g.dilation_width * g.channels + k * group_in,
               .x_pixel = 1,
               .x_row = g.stride_height * line,
               .x_step = g.stride_width * g.channels,
               .w = gradient + lines.begin * g.columns * g.filters + k * group_out,
               .w_row = g.columns * g.filters,
               .w_step = g.filters,
               .out = filter + (i * g.kernel_width + j) * group_in * g.filters + k * group_out,
               .out_pixel = g.filters,
               .add = true});
        }
      }
    }
    p = lines.end;
  }
}

}  // namespace

void add_filter_gradient(const Geometry& g, std::int64_t groups, const float* input, const float* gradient,
                         float* filter) {
  if (groups == 1 && g.dilation_width == 1) {
    run_sample(g, input, gradient, filter);
  } else {
    run_taps(g, groups, input, gradient, filter);
  }
}

namespace {

void run(const KernelContext& context) {
  const auto& [conv, filter_shape] = context.node->as<Conv2dBackwardFilterAttributes>();
  const Geometry g(conv.window, context.input_shape(0), context.input_shape(1));
  float* filter = context.outputs[0];
  if (g.pointwise() && conv.groups == 1) {
    simd::gemm(g.channels, g.filters, context.batch * g.rows * g.columns, {context.inputs[0], 1, g.channels},
               context.inputs[1], g.filters, filter, g.filters, context.add);
    return;
  }
  if (!context.add) std::fill_n(filter, filter_shape.elements(), 0.0F);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* input = with_margins(g, context.inputs[0] + n * g.input_elements(), context.scratch);
    add_filter_gradient(g, conv.groups, input, context.inputs[1] + n * g.output_elements(), filter);
  }
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t) {
  const Geometry g(node.as<Conv2dBackwardFilterAttributes>().conv.window, graph.shape(node.inputs[0]),
                   graph.shape(node.inputs[1]));
  return g.margin_elements();
}

}  // namespace

extern const KernelDef conv_2d_backward_filter_def;
const KernelDef conv_2d_backward_filter_def = {
    .op = "conv_2d_backward_filter", .run = run, .scratch = scratch, .adds = true};

}  // namespace mltk::kernels
