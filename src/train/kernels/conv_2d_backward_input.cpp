#include "graph/ops/conv_2d_backward_input.h"

#include "train/kernels/conv.h"

namespace mltk::kernels {
namespace {

// The gradient of a convolution is a convolution of stride 1 of the output's gradient with the filter turned by 180
// degrees and its channel axes exchanged, phase by phase.

/// With a dilation the taps of a phase are not every stride-th: the gradient is spread out by the stride then.
bool spreads(const Geometry& g) { return g.dilation_height * g.dilation_width > 1; }

std::int64_t stride_height(const Geometry& g) { return spreads(g) ? 1 : g.stride_height; }
std::int64_t stride_width(const Geometry& g) { return spreads(g) ? 1 : g.stride_width; }

/// The turned filter, phase after phase: rows and columns of the phase, [F / groups, C] each.
void turn_filter(const Geometry& g, std::int64_t groups, const float* filter, float* turned) {
  const std::int64_t group_in = g.channels / groups;
  const std::int64_t group_out = g.filters / groups;
  const auto turn_tap = [&](std::int64_t i, std::int64_t j) {
    const float* from = filter + (i * g.kernel_width + j) * group_in * g.filters;
    for (std::int64_t k = 0; k < groups; ++k) {
      simd::transpose(from + k * group_out, group_in, group_out, g.filters, turned + k * group_in, g.channels);
    }
    turned += group_out * g.channels;
  };
  const std::int64_t down = stride_height(g);
  const std::int64_t across = stride_width(g);
  for (std::int64_t a = 0; a < down; ++a) {
    for (std::int64_t b = 0; b < across; ++b) {
      const Phase vertical(a, down, g.kernel_height, g.pad_top, g.height);
      const Phase horizontal(b, across, g.kernel_width, g.pad_left, g.width);
      for (std::int64_t i = vertical.taps; i-- > 0;) {
        for (std::int64_t j = horizontal.taps; j-- > 0;) turn_tap(a + i * down, b + j * across);
      }
    }
  }
}

/// One phase of one sample. `gradient` has its margins, `turned` is the filter of the phase.
void run_phase(const Geometry& g, std::int64_t groups, const Phase& vertical, const Phase& horizontal,
               const Margins& margins, const float* gradient, const float* turned, float* input) {
  const std::int64_t group_in = g.channels / groups;
  const std::int64_t group_out = g.filters / groups;
  const std::int64_t line = margins.width(g) * g.filters;
  const std::int64_t out_line = g.stride_height * g.width * g.channels;
  const std::int64_t row = horizontal.taps * group_out * g.channels;
  float* out = input + (vertical.first * g.width + horizontal.first) * g.channels;
  for (std::int64_t y = 0; y < vertical.count;) {
    const LineGroup lines = line_group(y, vertical.count, vertical.taps, 1, 1, -vertical.start, g.rows);
    y = lines.end;
    const float* x = gradient + (lines.begin + lines.kernel_begin + vertical.start) * line +
                     (horizontal.start + margins.left) * g.filters;
    const float* w = turned + lines.kernel_begin * row;
    simd::Product product{.lines = lines.lines(),
                          .pixels = horizontal.count,
                          .filters = g.channels,
                          .rows = horizontal.taps == 0 ? 0 : lines.kernel_rows(),
                          .depth = horizontal.taps * g.filters,
                          .x = x,
                          .x_line = line,
                          .x_pixel = g.filters,
                          .x_row = line,
                          .w = w,
                          .w_row = row,
                          .w_step = g.channels,
                          .out = out + lines.begin * out_line,
                          .out_line = out_line,
                          .out_pixel = g.stride_width * g.channels};
    if (groups == 1 || product.rows == 0) {
      simd::product(product);
      continue;
    }
    product.filters = group_in;
    product.depth = group_out;
    for (std::int64_t j = 0; j < horizontal.taps; ++j) {
      for (std::int64_t k = 0; k < groups; ++k) {
        product.x = x + j * g.filters + k * group_out;
        product.w = w + j * group_out * g.channels + k * group_in;
        product.out = out + lines.begin * out_line + k * group_in;
        product.add = j > 0;
        simd::product(product);
      }
    }
  }
}

void run_phases(const Geometry& g, std::int64_t groups, const Margins& margins, const float* gradient,
                const float* turned, float* input) {
  for (std::int64_t a = 0; a < g.stride_height; ++a) {
    for (std::int64_t b = 0; b < g.stride_width; ++b) {
      const Phase vertical(a, g.stride_height, g.kernel_height, g.pad_top, g.height);
      const Phase horizontal(b, g.stride_width, g.kernel_width, g.pad_left, g.width);
      run_phase(g, groups, vertical, horizontal, margins, gradient, turned, input);
      turned += vertical.taps * horizontal.taps * (g.filters / groups) * g.channels;
    }
  }
}

/// The gradient spread out by the strides, with its border: row p stands at p * stride + offset.
struct Spread {
  std::int64_t height, width;
  std::int64_t offset_top, offset_left;

  explicit Spread(const Geometry& g)
      : height(g.height + (g.kernel_height - 1) * g.dilation_height),
        width(g.width + (g.kernel_width - 1) * g.dilation_width),
        offset_top((g.kernel_height - 1) * g.dilation_height - g.pad_top),
        offset_left((g.kernel_width - 1) * g.dilation_width - g.pad_left) {}

  std::int64_t elements(const Geometry& g) const { return height * width * g.filters; }
};

const float* spread_gradient(const Geometry& g, const Spread& spread, const float* gradient, float* to) {
  std::fill_n(to, spread.elements(g), 0.0F);
  for (std::int64_t p = 0; p < g.rows; ++p) {
    for (std::int64_t q = 0; q < g.columns; ++q) {
      const std::int64_t y = p * g.stride_height + spread.offset_top;
      const std::int64_t x = q * g.stride_width + spread.offset_left;
      std::copy_n(gradient + (p * g.columns + q) * g.filters, g.filters, to + (y * spread.width + x) * g.filters);
    }
  }
  return to;
}

void run_spread(const Geometry& g, std::int64_t groups, const Spread& spread, const float* gradient,
                const float* turned, float* input) {
  const std::int64_t group_in = g.channels / groups;
  const std::int64_t group_out = g.filters / groups;
  for (std::int64_t i = 0; i < g.kernel_height; ++i) {
    for (std::int64_t j = 0; j < g.kernel_width; ++j) {
      for (std::int64_t k = 0; k < groups; ++k) {
        simd::product(
            {.lines = g.height,
             .pixels = g.width,
             .filters = group_in,
             .depth = group_out,
             .x = gradient + (i * g.dilation_height * spread.width + j * g.dilation_width) * g.filters + k * group_out,
             .x_line = spread.width * g.filters,
             .x_pixel = g.filters,
             .w = turned + (i * g.kernel_width + j) * group_out * g.channels + k * group_in,
             .w_step = g.channels,
             .out = input + k * group_in,
             .out_line = g.width * g.channels,
             .out_pixel = g.channels,
             .add = i + j > 0});
      }
    }
  }
}

Geometry geometry(const Graph& graph, const Node& node) {
  const auto& [conv, input_shape] = node.as<Conv2dBackwardInputAttributes>();
  return {conv.window, input_shape, graph.shape(node.inputs[0])};
}

void run(const KernelContext& context) {
  const std::int64_t groups = context.node->as<Conv2dBackwardInputAttributes>().conv.groups;
  const Geometry g = geometry(*context.graph, *context.node);
  const float* turned = context.packed;
  if (g.pointwise() && groups == 1) {
    simd::gemm(context.batch * g.rows * g.columns, g.channels, g.filters, {context.inputs[0], g.filters, 1}, turned,
               g.channels, context.outputs[0], g.channels, false);
    return;
  }
  const Spread spread(g);
  const Margins margins(g);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* gradient = context.inputs[0] + n * g.output_elements();
    float* input = context.outputs[0] + n * g.input_elements();
    if (spreads(g)) {
      run_spread(g, groups, spread, spread_gradient(g, spread, gradient, context.scratch), turned, input);
      continue;
    }
    gradient = with_margins(gradient, g.rows, g.columns * g.filters, margins.left * g.filters,
                            margins.right * g.filters, context.scratch);
    run_phases(g, groups, margins, gradient, turned, input);
  }
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t) {
  const Geometry g = geometry(graph, node);
  return spreads(g) ? Spread(g).elements(g) : g.rows * Margins(g).width(g) * g.filters;
}

std::int64_t packed_floats(const Graph& graph, const Node& node) { return graph.shape(node.inputs[1]).elements(); }

void pack(const Graph& graph, const Node& node, const float* filter, float* packed) {
  turn_filter(geometry(graph, node), node.as<Conv2dBackwardInputAttributes>().conv.groups, filter, packed);
}

}  // namespace

extern const KernelDef conv_2d_backward_input_def;
const KernelDef conv_2d_backward_input_def = {
    .op = "conv_2d_backward_input", .run = run, .scratch = scratch, .packed_floats = packed_floats, .pack = pack};

}  // namespace mltk::kernels
