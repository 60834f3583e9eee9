#include <algorithm>

#include "train/kernels/kernel.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  std::copy_n(context.inputs[0], context.elements(context.output_shape()), context.outputs[0]);
}

}  // namespace

extern const KernelDef stop_gradient_def;
const KernelDef stop_gradient_def = {.op = "stop_gradient", .run = run};

}  // namespace mltk::kernels
