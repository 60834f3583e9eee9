#include <algorithm>

#include "train/kernels/kernel.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  std::copy_n(context.inputs[0], context.elements(context.output_shape()), context.outputs[0]);
}

}  // namespace

extern const KernelDef reshape_def;
const KernelDef reshape_def = {.op = "reshape", .run = run};

}  // namespace mltk::kernels
