#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef erf_def;

namespace ops {
/// The error function. Element by element.
ValueId erf(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
