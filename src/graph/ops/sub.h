#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef sub_def;

namespace ops {
/// a - b with NumPy broadcasting.
ValueId sub(Graph& graph, ValueId a, ValueId b);
}  // namespace ops

}  // namespace mltk
