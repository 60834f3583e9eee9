#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef sigmoid_def;

namespace ops {
/// 1 / (1 + exp(-x)). Element by element.
ValueId sigmoid(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
