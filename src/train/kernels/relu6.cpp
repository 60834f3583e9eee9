#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef relu6_def;
const KernelDef relu6_def = {.op = "relu6", .run = run_unary<simd::Unary::relu6>};

}  // namespace mltk::kernels
