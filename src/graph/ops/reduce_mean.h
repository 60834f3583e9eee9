#pragma once

#include "graph/ops/reduce_sum.h"

namespace mltk {

extern const OpDef reduce_mean_def;

namespace ops {
/// Mean over axes other than the batch.
ValueId reduce_mean(Graph& graph, ValueId x, ReduceAttributes attributes);
}  // namespace ops

}  // namespace mltk
