#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef cos_def;

namespace ops {
/// Cosine. Element by element.
ValueId cos(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
