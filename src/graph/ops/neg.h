#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef neg_def;

namespace ops {
/// -x. Element by element.
ValueId neg(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
