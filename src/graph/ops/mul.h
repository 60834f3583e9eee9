#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef mul_def;

namespace ops {
/// a * b with NumPy broadcasting.
ValueId mul(Graph& graph, ValueId a, ValueId b);
}  // namespace ops

}  // namespace mltk
