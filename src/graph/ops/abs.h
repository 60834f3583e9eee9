#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef abs_def;

namespace ops {
/// Absolute value. Element by element.
ValueId abs(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
