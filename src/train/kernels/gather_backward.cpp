#include <algorithm>

#include "train/kernels/kernel.h"
#include "train/kernels/simd.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const std::int64_t width = context.output_shape()[1];
  const std::int64_t count = context.elements(context.input_shape(0));
  std::fill_n(context.outputs[0], context.elements(context.output_shape()), 0.0F);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto row = static_cast<std::int64_t>(context.inputs[0][i]);  // gather has checked it
    simd::accumulate(context.inputs[1] + i * width, context.outputs[0] + row * width, width);
  }
}

}  // namespace

extern const KernelDef gather_backward_def;
const KernelDef gather_backward_def = {.op = "gather_backward", .run = run};

}  // namespace mltk::kernels
