#pragma once

#include <map>

#include "graph/graph.h"

namespace mltk::quantize {

/// The values of a graph that do not depend on its inputs: variables, constants and what is computed from them alone,
/// in float32 steps that are each rounded once, as the converter folds them. The reciprocal square root is 1 / sqrtf
/// (the converter's own depends on the processor that it runs on, by some units in the last place of a scale).
std::map<ValueId, Tensor> fold_constants(const Graph& graph);

}  // namespace mltk::quantize
