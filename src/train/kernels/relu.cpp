#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef relu_def;
const KernelDef relu_def = {.op = "relu", .run = run_unary<simd::Unary::relu>};

}  // namespace mltk::kernels
