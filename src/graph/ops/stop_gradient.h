#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef stop_gradient_def;

namespace ops {
/// The same value; no gradient flows through it.
ValueId stop_gradient(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
