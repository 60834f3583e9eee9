#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef abs_def;
const KernelDef abs_def = {.op = "abs", .run = run_unary<simd::Unary::abs>};

}  // namespace mltk::kernels
