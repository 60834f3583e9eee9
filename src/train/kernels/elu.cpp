#include "graph/ops/elu.h"

#include <algorithm>
#include <cmath>

#include "train/kernels/kernel.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const float alpha = context.node->as<EluAttributes>().alpha;
  const std::int64_t count = context.elements(context.output_shape());
  const float* x = context.inputs[0];
  std::transform(x, x + count, context.outputs[0],
                 [&](float value) { return value > 0 ? value : alpha * std::expm1(value); });
}

}  // namespace

extern const KernelDef elu_def;
const KernelDef elu_def = {.op = "elu", .run = run};

}  // namespace mltk::kernels
