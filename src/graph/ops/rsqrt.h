#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef rsqrt_def;

namespace ops {
/// 1 / sqrt(x). Element by element.
ValueId rsqrt(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
