#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef arg_max_def;

namespace ops {
/// Index of the first largest element of the last axis, as f32. x [..., C]    returns [...]. No gradient.
ValueId arg_max(Graph& graph, ValueId x);
}  // namespace ops

}  // namespace mltk
