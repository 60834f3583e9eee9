#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef div_def;

namespace ops {
/// a / b with NumPy broadcasting.
ValueId div(Graph& graph, ValueId a, ValueId b);
}  // namespace ops

}  // namespace mltk
