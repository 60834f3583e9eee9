#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef sqrt_def;
const KernelDef sqrt_def = {.op = "sqrt", .run = run_unary<simd::Unary::sqrt>};

}  // namespace mltk::kernels
