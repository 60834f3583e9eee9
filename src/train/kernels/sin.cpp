#include <algorithm>
#include <cmath>

#include "train/kernels/kernel.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const std::int64_t count = context.elements(context.output_shape());
  const float* x = context.inputs[0];
  std::transform(x, x + count, context.outputs[0], [](float value) { return std::sin(value); });
}

}  // namespace

extern const KernelDef sin_def;
const KernelDef sin_def = {.op = "sin", .run = run};

}  // namespace mltk::kernels
