#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef log_def;
const KernelDef log_def = {.op = "log", .run = run_unary<simd::Unary::log>};

}  // namespace mltk::kernels
