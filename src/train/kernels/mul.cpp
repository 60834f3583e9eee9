#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef mul_def;
const KernelDef mul_def = {.op = "mul", .run = run_binary<simd::Binary::mul>};

}  // namespace mltk::kernels
