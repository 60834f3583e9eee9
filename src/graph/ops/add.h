#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef add_def;

namespace ops {
/// a + b with NumPy broadcasting; a batched operand stays batched.
ValueId add(Graph& graph, ValueId a, ValueId b);
}  // namespace ops

}  // namespace mltk
