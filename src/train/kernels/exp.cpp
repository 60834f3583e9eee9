#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef exp_def;
const KernelDef exp_def = {.op = "exp", .run = run_unary<simd::Unary::exp>};

}  // namespace mltk::kernels
