#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef batch_moments_def;

namespace ops {
/// Mean and biased variance over all axes but the last, the batch included.
struct Moments {
  ValueId mean;      ///< [C]
  ValueId variance;  ///< [C]
};

/// x [N, ..., C]. Partial results of slices are merged in slice order with Chan's formula, so the result does not
/// depend on the number of threads.
Moments batch_moments(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
