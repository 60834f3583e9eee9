#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef select_def;

namespace ops {
/// a where condition is not 0, else b, with NumPy broadcasting. No gradient flows to the condition, nor to what was not
/// chosen.
ValueId select(Graph& graph, ValueId condition, ValueId a, ValueId b);
}  // namespace ops

}  // namespace mltk
