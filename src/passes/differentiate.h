#pragma once

#include <span>
#include <vector>

#include "graph/graph.h"

namespace mltk {

/// Add the nodes that compute the gradients of `loss`, a scalar, with respect to `wrt`, in their order; invalid where
/// the loss does not depend on one. Reverse mode: each operator's gradient rule is called once, from the last node
/// back, and gradients that meet are added in that order.
std::vector<ValueId> differentiate(Graph& graph, ValueId loss, std::span<const ValueId> wrt);

}  // namespace mltk
