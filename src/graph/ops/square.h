#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef square_def;

namespace ops {
/// x * x. Element by element.
ValueId square(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
