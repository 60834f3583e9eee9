#include <algorithm>

#include "train/kernels/kernel.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const std::int64_t classes = context.input_shape(0).back();
  const std::int64_t rows = context.elements(context.input_shape(0)) / classes;
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* x = context.inputs[0] + r * classes;
    context.outputs[0][r] = static_cast<float>(std::max_element(x, x + classes) - x);
  }
}

}  // namespace

extern const KernelDef arg_max_def;
const KernelDef arg_max_def = {.op = "arg_max", .run = run};

}  // namespace mltk::kernels
