#include "train/kernels/conv.h"

namespace mltk::kernels {
namespace {

// No im2col: with the border stored, a row of the window is a contiguous run of KW * C elements, and the rows of the
// matrix for neighbouring outputs overlap. So a convolution is KH small matrix products a row of outputs.
void run_sample(const Geometry& g, std::int64_t groups, const float* input, const float* filter, float* output) {
  const std::int64_t pixel = g.stride_width * g.channels;
  const std::int64_t group_in = g.channels / groups;
  const std::int64_t group_out = g.filters / groups;
  const bool contiguous = groups == 1 && g.dilation_width == 1;
  for (std::int64_t p = 0; p < g.rows; ++p) {
    float* out = output + p * g.columns * g.filters;
    for (std::int64_t i = 0; i < g.kernel_height; ++i) {
      const float* x = input + (p * g.stride_height + i * g.dilation_height) * g.padded_width() * g.channels;
      const float* w = filter + i * g.kernel_width * group_in * g.filters;
      if (contiguous) {
        simd::gemm(g.columns, g.filters, g.kernel_width * g.channels, {x, pixel, 1}, w, g.filters, out, g.filters,
                   i > 0);
        continue;
      }
      for (std::int64_t j = 0; j < g.kernel_width; ++j) {
        for (std::int64_t k = 0; k < groups; ++k) {
          simd::gemm(g.columns, group_out, group_in, {x + j * g.dilation_width * g.channels + k * group_in, pixel, 1},
                     w + j * group_in * g.filters + k * group_out, g.filters, out + k * group_out, g.filters,
                     i + j > 0);
        }
      }
    }
  }
}

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
    const float* input = with_border(g, context.inputs[0] + n * g.input_elements(), context.scratch);
    run_sample(g, groups, input, filter, context.outputs[0] + n * g.output_elements());
  }
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t) {
  const Geometry g(node.as<Conv2dAttributes>().window, graph.shape(node.inputs[0]), graph.shape(node.outputs[0]));
  return g.padded() ? g.padded_elements() : 0;
}

}  // namespace

extern const KernelDef conv_2d_def;
const KernelDef conv_2d_def = {.op = "conv_2d", .run = run, .scratch = scratch};

}  // namespace mltk::kernels
