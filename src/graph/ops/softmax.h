#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef softmax_def;

namespace ops {
/// exp(x - max) / sum(exp(x - max)) over the last axis.
ValueId softmax(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
