#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef maximum_def;
const KernelDef maximum_def = {.op = "maximum", .run = run_binary<simd::Binary::maximum>};

}  // namespace mltk::kernels
