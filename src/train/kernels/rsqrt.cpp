#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef rsqrt_def;
const KernelDef rsqrt_def = {.op = "rsqrt", .run = run_unary<simd::Unary::rsqrt>};

}  // namespace mltk::kernels
