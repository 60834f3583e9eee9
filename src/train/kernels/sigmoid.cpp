#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef sigmoid_def;
const KernelDef sigmoid_def = {.op = "sigmoid", .run = run_unary<simd::Unary::sigmoid>};

}  // namespace mltk::kernels
