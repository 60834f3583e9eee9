#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef sin_def;

namespace ops {
/// Sine. Element by element.
ValueId sin(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
