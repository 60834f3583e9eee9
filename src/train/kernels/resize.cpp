#include "train/kernels/resize.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const Shape& input = context.input_shape(0);
  const Shape& output = context.output_shape();
  std::fill_n(context.outputs[0], context.elements(output), 0.0F);
  for (std::int64_t n = 0; n < context.batch; ++n) {
    const float* x = context.inputs[0] + n * input.elements();
    float* y = context.outputs[0] + n * output.elements();
    for_each_resize_tap(context.node->as<ResizeAttributes>(), input,
                        [&](std::int64_t to, std::int64_t from, float weight) {
                          for (std::int64_t c = 0; c < input[3]; ++c) y[to + c] += weight * x[from + c];
                        });
  }
}

}  // namespace

extern const KernelDef resize_def;
const KernelDef resize_def = {.op = "resize", .run = run};

}  // namespace mltk::kernels
