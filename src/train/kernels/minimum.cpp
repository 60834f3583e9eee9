#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef minimum_def;
const KernelDef minimum_def = {.op = "minimum", .run = run_binary<simd::Binary::minimum>};

}  // namespace mltk::kernels
