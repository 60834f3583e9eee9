#pragma once

#include "graph/ops/reduce_sum.h"

namespace mltk {

extern const OpDef reduce_max_def;

namespace ops {
/// Largest value over axes other than the batch. Equal largest values share the gradient, as in TensorFlow.
/// Throws Error(invalid_argument) when the batch is among the axes.
ValueId reduce_max(Graph& graph, ValueId x, ReduceAttributes attributes);
}  // namespace ops

}  // namespace mltk
