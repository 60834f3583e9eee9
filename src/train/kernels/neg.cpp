#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef neg_def;
const KernelDef neg_def = {.op = "neg", .run = run_unary<simd::Unary::neg>};

}  // namespace mltk::kernels
