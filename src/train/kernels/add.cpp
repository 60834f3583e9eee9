#include "train/kernels/elementwise.h"

namespace mltk::kernels {

extern const KernelDef add_def;
const KernelDef add_def = {.op = "add", .run = run_binary<simd::Binary::add>};

}  // namespace mltk::kernels
