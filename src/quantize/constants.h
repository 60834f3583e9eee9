#pragma once

#include <map>

#include "graph/graph.h"
#include "quantize/rsqrt.h"

namespace mltk::quantize {

/// The values of a graph that do not depend on its inputs: variables, constants and what is computed from them alone,
/// in float32 steps that are each rounded once, as the converter folds them.
std::map<ValueId, Tensor> fold_constants(const Graph& graph, const Rsqrt& rsqrt);

}  // namespace mltk::quantize
