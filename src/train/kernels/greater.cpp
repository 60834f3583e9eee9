#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef greater_def;
const KernelDef greater_def = {.op = "greater", .run = run_binary<simd::Binary::greater>};

}  // namespace mltk::kernels
