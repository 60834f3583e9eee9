#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef relu_def;

namespace ops {
/// max(x, 0). The gradient at 0 is 0. Element by element.
ValueId relu(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
