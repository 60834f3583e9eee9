#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef relu6_def;

namespace ops {
/// min(max(x, 0), 6). The gradient is 1 where 0 < x < 6.
ValueId relu6(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
