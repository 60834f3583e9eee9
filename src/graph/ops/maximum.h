#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef maximum_def;

namespace ops {
/// The larger of a and b with NumPy broadcasting. Where they are equal the gradient goes to a.
ValueId maximum(Graph& graph, ValueId a, ValueId b);
}  // namespace ops

}  // namespace mltk
