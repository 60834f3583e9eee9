#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef tanh_def;

namespace ops {
/// Hyperbolic tangent. Element by element.
ValueId tanh(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
