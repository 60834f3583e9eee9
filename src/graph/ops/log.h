#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef log_def;

namespace ops {
/// Natural logarithm. Element by element.
ValueId log(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
