#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef equal_def;
const KernelDef equal_def = {.op = "equal", .run = run_binary<simd::Binary::equal>};

}  // namespace mltk::kernels
