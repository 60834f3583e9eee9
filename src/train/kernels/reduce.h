#pragma once

#include "train/kernels/kernel.h"

namespace mltk::kernels {

/// Sum over the axes of the node's ReduceAttributes.
void reduce_sum(const KernelContext& context);

}  // namespace mltk::kernels
