
#include "train/kernels/kernel.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const std::int64_t count = context.elements(context.output_shape());
  for (std::int64_t i = 0; i < count; ++i) {
    context.outputs[0][i] = context.inputs[context.inputs[0][i] != 0 ? 1 : 2][i];
  }
}

}  // namespace

extern const KernelDef select_def;
const KernelDef select_def = {.op = "select", .run = run};

}  // namespace mltk::kernels
