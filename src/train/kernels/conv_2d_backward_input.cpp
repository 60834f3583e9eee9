#include "graph/ops/conv_2d_backward_input.h"

#include "train/kernels/conv.h"

namespace mltk::kernels {
namespace {

// The gradient of a convolution is a convolution of stride 1: of the output's gradient, spread out by the strides and
// given a border, with the filter turned by 180 degrees and its channel axes exchanged.

/// The spread gradient: row p stands at p * stride + offset.
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

void turn_filter(const Geometry& g, std::int64_t groups, const float* filter, float* turned) {
  const std::int64_t group_in = g.channels / groups;
  const std::int64_t group_out = g.filters / groups;
  for (std::int64_t i = 0; i < g.kernel_height; ++i) {
    for (std::int64_t j = 0; j < g.kernel_width; ++j) {
      const float* from = filter + (i * g.kernel_width + j) * group_in * g.filters;
      float* to = turned + ((g.kernel_height - 1 - i) * g.kernel_width + g.kernel_width - 1 - j) * group_in * g.filters;
      for (std::int64_t k = 0; k < groups; ++k) {
        for (std::int64_t f = 0; f < group_out; ++f) {
          for (std::int64_t c = 0; c < group_in; ++c) {
            to[f * g.channels + k * group_in + c] = from[c * g.filters + k * group_out + f];
          }
        }
      }
    }
  }
}

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

void run_sample(const Geometry& g, const Spread& spread, std::int64_t groups, const float* gradient,
                const float* turned, float* input) {
  const std::int64_t group_in = g.channels / groups;
  const std::int64_t group_out = g.filters / groups;
  const bool contiguous = groups == 1 && g.dilation_width == 1;
  for (std::int64_t y = 0; y < g.height; ++y) {
    float* out = input + y * g.width * g.channels;
    for (std::int64_t i = 0; i < g.kernel_height; ++i) {
      const float* dy = gradient + (y + i * g.dilation_height) * spread.width * g.filters;
      const float* w = turned + i * g.kernel_width * group_in * g.filters;
      if (contiguous) {
        simd::gemm(g.width, g.channels, g.kernel_width * g.filters, {dy, g.filters, 1}, w, g.channels, out, g.channels,
                   i > 0);
        continue;
      }
      for (std::int64_t j = 0; j < g.kernel_width; ++j) {
        for (std::int64_t k = 0; k < groups; ++k) {
          simd::gemm(
              g.width, group_in, group_out, {dy + j * g.dilation_width * g.filters + k * group_out, g.filters, 1},
              w + j * group_in * g.filters + k * group_in, g.channels, out + k * group_in, g.channels, i + j > 0);
        }
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
  float* turned = context.scratch;
  turn_filter(g, groups, context.inputs[1], turned);
  if (g.pointwise() && groups == 1) {
    simd::gemm(context.batch * g.rows * g.columns, g.channels, g.filters, {context.inputs[0], g.filters, 1}, turned,
               g.channels, context.outputs[0], g.channels, false);
    return;
  }
  const Spread spread(g);
  float* room = turned + context.input_shape(1).elements();
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* gradient = spread_gradient(g, spread, context.inputs[0] + n * g.output_elements(), room);
    run_sample(g, spread, groups, gradient, turned, context.outputs[0] + n * g.input_elements());
  }
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t) {
  const Geometry g = geometry(graph, node);
  return graph.shape(node.inputs[1]).elements() + Spread(g).elements(g);
}

}  // namespace

extern const KernelDef conv_2d_backward_input_def;
const KernelDef conv_2d_backward_input_def = {.op = "conv_2d_backward_input", .run = run, .scratch = scratch};

}  // namespace mltk::kernels
