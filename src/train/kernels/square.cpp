#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef square_def;
const KernelDef square_def = {.op = "square", .run = run_unary<simd::Unary::square>};

}  // namespace mltk::kernels
