#include "train/kernels/reduce.h"

namespace mltk::kernels {

extern const KernelDef reduce_sum_def;
const KernelDef reduce_sum_def = {.op = "reduce_sum", .run = reduce_sum};

}  // namespace mltk::kernels
