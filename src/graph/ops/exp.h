#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef exp_def;

namespace ops {
/// e to the power x. Element by element.
ValueId exp(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
