#include "train/kernels/convolution.h"

namespace mltk::kernels {
namespace {

// No im2col: with its columns of zeros, a row of the window is a contiguous run of KW * C elements, and the rows of the
// matrix for neighbouring outputs overlap.
void run_lines(const Geometry& g, const LineGroup& lines, const float* input, const float* filter, float* output) {
  const std::int64_t line = g.padded_width() * g.channels;
  const std::int64_t depth = g.kernel_width * g.channels;
  const std::int64_t top = lines.begin * g.stride_height + lines.kernel_begin * g.dilation_height - g.pad_top;
  simd::product({.lines = lines.lines(),
                 .pixels = g.columns,
                 .filters = g.filters,
                 .rows = lines.kernel_rows(),
                 .depth = depth,
                 .x = input + top * line,
                 .x_line = g.stride_height * line,
                 .x_pixel = g.stride_width * g.channels,
                 .x_row = g.dilation_height * line,
                 .w = filter + lines.kernel_begin * depth * g.filters,
                 .w_row = depth * g.filters,
                 .w_step = g.filters,
                 .out = output + lines.begin * g.columns * g.filters,
                 .out_line = g.columns * g.filters,
                 .out_pixel = g.filters});
}

/// Groups of channels, or windows with gaps: tap by tap.
void run_taps(const Geometry& g, std::int64_t groups, const LineGroup& lines, const float* input, const float* filter,
              float* output) {
  const std::int64_t line = g.padded_width() * g.channels;
  const std::int64_t group_in = g.channels / groups;
  const std::int64_t group_out = g.filters / groups;
  const std::int64_t top = lines.begin * g.stride_height - g.pad_top;
  for (std::int64_t i = lines.kernel_begin; i < lines.kernel_end; ++i) {
    for (std::int64_t j = 0; j < g.kernel_width; ++j) {
      for (std::int64_t k = 0; k < groups; ++k) {
        simd::product(
            {.lines = lines.lines(),
             .pixels = g.columns,
             .filters = group_out,
             .depth = group_in,
             .x = input + (top + i * g.dilation_height) * line + j * g.dilation_width * g.channels + k * group_in,
             .x_line = g.stride_height * line,
             .x_pixel = g.stride_width * g.channels,
             .w = filter + (i * g.kernel_width + j) * group_in * g.filters + k * group_out,
             .w_step = g.filters,
             .out = output + lines.begin * g.columns * g.filters + k * group_out,
             .out_line = g.columns * g.filters,
             .out_pixel = g.filters,
             .add = i > lines.kernel_begin || j > 0});
      }
    }
  }
}

}  // namespace

void convolve(const Geometry& g, std::int64_t groups, const float* input, const float* filter, float* output) {
  const bool contiguous = groups == 1 && g.dilation_width == 1;
  for (std::int64_t p = 0; p < g.rows;) {
    const LineGroup lines =
        line_group(p, g.rows, g.kernel_height, g.stride_height, g.dilation_height, g.pad_top, g.height);
    if (contiguous) {
      run_lines(g, lines, input, filter, output);
    } else if (lines.kernel_rows() > 0) {
      run_taps(g, groups, lines, input, filter, output);
    } else {
      std::fill_n(output + lines.begin * g.columns * g.filters, lines.lines() * g.columns * g.filters, 0.0F);
    }
    p = lines.end;
  }
}

namespace {

void run(const KernelContext& context) {
  const auto& [window, groups] = context.node->as<Conv2dAttributes>();
  const Geometry g(window, context.input_shape(0), context.output_shape());
  const float* filter = context.inputs[1];
  if (g.pointwise() && groups == 1) {
    simd::gemm(context.batch * g.rows * g.columns, g.filters, g.channels, {context.inputs[0], g.channels, 1}, filter,
               g.filters, context.outputs[0], g.filters, false);
    return;
  }
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* input = with_margins(g, context.inputs[0] + n * g.input_elements(), context.scratch);
    convolve(g, groups, input, filter, context.outputs[0] + n * g.output_elements());
  }
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t) {
  const Geometry g(node.as<Conv2dAttributes>().window, graph.shape(node.inputs[0]), graph.shape(node.outputs[0]));
  return g.margin_elements();
}

}  // namespace

extern const KernelDef conv_2d_def;
const KernelDef conv_2d_def = {.op = "conv_2d", .run = run, .scratch = scratch};

}  // namespace mltk::kernels
