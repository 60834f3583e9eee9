#include "graph/ops/max_pool_2d_backward.h"

#include "train/kernels/conv.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Geometry g(context.node->as<MaxPool2dAttributes>().window, context.input_shape(0), context.input_shape(1));
  std::fill_n(context.outputs[0], context.batch * g.input_elements(), 0.0F);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* input = context.inputs[0] + n * g.input_elements();
    const float* gradient = context.inputs[1] + n * g.output_elements();
    float* to = context.outputs[0] + n * g.input_elements();
    for (std::int64_t p = 0; p < g.rows; ++p) {
      for (std::int64_t q = 0; q < g.columns; ++q) {
        const std::int64_t top = std::max<std::int64_t>(0, p * g.stride_height - g.pad_top);
        const std::int64_t bottom = std::min(g.height, p * g.stride_height - g.pad_top + g.kernel_height);
        const std::int64_t left = std::max<std::int64_t>(0, q * g.stride_width - g.pad_left);
        const std::int64_t right = std::min(g.width, q * g.stride_width - g.pad_left + g.kernel_width);
        for (std::int64_t c = 0; c < g.channels; ++c) {
          std::int64_t best = (top * g.width + left) * g.channels + c;
          for (std::int64_t y = top; y < bottom; ++y) {
            for (std::int64_t x = left; x < right; ++x) {
              const std::int64_t at = (y * g.width + x) * g.channels + c;
              if (input[at] > input[best]) best = at;
            }
          }
          to[best] += gradient[(p * g.columns + q) * g.channels + c];
        }
      }
    }
  }
}

}  // namespace

extern const KernelDef max_pool_2d_backward_def;
const KernelDef max_pool_2d_backward_def = {.op = "max_pool_2d_backward", .run = run};

}  // namespace mltk::kernels
