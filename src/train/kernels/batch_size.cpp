#include "train/kernels/kernel.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) { context.outputs[0][0] = static_cast<float>(context.batch); }

}  // namespace

extern const KernelDef batch_size_def;
const KernelDef batch_size_def = {.op = "batch_size", .run = run};

}  // namespace mltk::kernels
