#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef batch_size_def;

namespace ops {
/// Number of samples in the batch of this step, f32 scalar. x is any batched value.
ValueId batch_size(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
