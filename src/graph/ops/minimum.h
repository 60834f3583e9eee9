#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef minimum_def;

namespace ops {
/// The smaller of a and b with NumPy broadcasting. Where they are equal the gradient goes to a.
ValueId minimum(Graph& graph, ValueId a, ValueId b);
}  // namespace ops

}  // namespace mltk
