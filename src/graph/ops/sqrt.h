#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef sqrt_def;

namespace ops {
/// Square root. Element by element.
ValueId sqrt(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
