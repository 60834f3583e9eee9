#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef div_def;
const KernelDef div_def = {.op = "div", .run = run_binary<simd::Binary::div>};

}  // namespace mltk::kernels
