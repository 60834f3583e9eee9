#include "graph/ops/resize_backward.h"

#include "train/kernels/resize.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Shape& input = context.output_shape();
  const Shape& output = context.input_shape(0);
  std::fill_n(context.outputs[0], context.elements(input), 0.0F);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* dy = context.inputs[0] + n * output.elements();
    float* dx = context.outputs[0] + n * input.elements();
    for_each_resize_tap(context.node->as<ResizeBackwardAttributes>().resize, input,
                        [&](std::int64_t from, std::int64_t to, float weight) {
                          for (std::int64_t c = 0; c < input[3]; ++c) dx[to + c] += weight * dy[from + c];
                        });
  }
}

}  // namespace

extern const KernelDef resize_backward_def;
const KernelDef resize_backward_def = {.op = "resize_backward", .run = run};

}  // namespace mltk::kernels
