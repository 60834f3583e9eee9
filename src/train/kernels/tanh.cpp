#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef tanh_def;
const KernelDef tanh_def = {.op = "tanh", .run = run_unary<simd::Unary::tanh>};

}  // namespace mltk::kernels
