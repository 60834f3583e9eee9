#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef gather_backward_def;

struct GatherBackwardAttributes {
  std::int64_t rows = 0;
};

namespace ops {
/// Gradient of gather with respect to its table: indices [...]    grad_out [..., D]    returns [rows, D], in which the
/// gradients of equal indices are added up. Reduces over the batch.
ValueId gather_backward(Graph& graph, ValueId indices, ValueId grad_out, GatherBackwardAttributes attributes);
}  // namespace ops

}  // namespace mltk
