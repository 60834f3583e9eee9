#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef softmax_cross_entropy_def;

namespace ops {
/// -sum(labels * log(softmax(logits))) over the last axis, computed stably.
///
/// logits [..., C]    labels [..., C]    returns [...]. The gradient flows to the logits alone.
ValueId softmax_cross_entropy(Graph& graph, ValueId logits, ValueId labels);
}  // namespace ops

}  // namespace mltk
