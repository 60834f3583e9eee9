#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef floor_def;

namespace ops {
/// The largest whole number that is not above x. Element by element; no gradient.
ValueId floor(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
