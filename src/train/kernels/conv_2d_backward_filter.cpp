#include "graph/ops/conv_2d_backward_filter.h"

#include "train/kernels/conv.h"

namespace mltk::kernels {
namespace {

void run_sample(const Geometry& g, std::int64_t groups, const float* input, const float* gradient, float* filter) {
  const std::int64_t pixel = g.stride_width * g.channels;
  const std::int64_t group_in = g.channels / groups;
  const std::int64_t group_out = g.filters / groups;
  const bool contiguous = groups == 1 && g.dilation_width == 1;
  for (std::int64_t p = 0; p < g.rows; ++p) {
    const float* dy = gradient + p * g.columns * g.filters;
    for (std::int64_t i = 0; i < g.kernel_height; ++i) {
      const float* x = input + (p * g.stride_height + i * g.dilation_height) * g.padded_width() * g.channels;
      float* w = filter + i * g.kernel_width * group_in * g.filters;
      if (contiguous) {
        simd::gemm(g.kernel_width * g.channels, g.filters, g.columns, {x, 1, pixel}, dy, g.filters, w, g.filters, true);
        continue;
      }
      for (std::int64_t j = 0; j < g.kernel_width; ++j) {
        for (std::int64_t k = 0; k < groups; ++k) {
          simd::gemm(group_in, group_out, g.columns, {x + j * g.dilation_width * g.channels + k * group_in, 1, pixel},
                     dy + k * group_out, g.filters, w + j * group_in * g.filters + k * group_out, g.filters, true);
        }
      }
    }
  }
}

void run(const KernelContext& context) {
  const auto& [conv, filter_shape] = context.node->as<Conv2dBackwardFilterAttributes>();
  const Geometry g(conv.window, context.input_shape(0), context.input_shape(1));
  float* filter = context.outputs[0];
  if (g.pointwise() && conv.groups == 1) {
    simd::gemm(g.channels, g.filters, context.batch * g.rows * g.columns, {context.inputs[0], 1, g.channels},
               context.inputs[1], g.filters, filter, g.filters, false);
    return;
  }
  std::fill_n(filter, filter_shape.elements(), 0.0F);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* input = with_border(g, context.inputs[0] + n * g.input_elements(), context.scratch);
    run_sample(g, conv.groups, input, context.inputs[1] + n * g.output_elements(), filter);
  }
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t) {
  const Geometry g(node.as<Conv2dBackwardFilterAttributes>().conv.window, graph.shape(node.inputs[0]),
                   graph.shape(node.inputs[1]));
  return g.padded() ? g.padded_elements() : 0;
}

}  // namespace

extern const KernelDef conv_2d_backward_filter_def;
const KernelDef conv_2d_backward_filter_def = {.op = "conv_2d_backward_filter", .run = run, .scratch = scratch};

}  // namespace mltk::kernels
