#include "graph/ops/power.h"

#include <algorithm>
#include <cmath>

#include "train/kernels/kernel.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const float exponent = context.node->as<PowerAttributes>().exponent;
  const std::int64_t count = context.elements(context.output_shape());
  const float* x = context.inputs[0];
  std::transform(x, x + count, context.outputs[0], [&](float value) { return std::pow(value, exponent); });
}

}  // namespace

extern const KernelDef power_def;
const KernelDef power_def = {.op = "power", .run = run};

}  // namespace mltk::kernels
