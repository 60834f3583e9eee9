#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef equal_def;

namespace ops {
/// 1 where a == b, else 0, with NumPy broadcasting. No gradient.
ValueId equal(Graph& graph, ValueId a, ValueId b);
}  // namespace ops

}  // namespace mltk
