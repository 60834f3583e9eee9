#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef sub_def;
const KernelDef sub_def = {.op = "sub", .run = run_binary<simd::Binary::sub>};

}  // namespace mltk::kernels
