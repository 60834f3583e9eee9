#pragma once

#include "graph/ops/max_pool_2d.h"

namespace mltk {

extern const OpDef max_pool_2d_backward_def;

namespace ops {
/// The gradient goes to the first largest element of each window.
///
/// input [N, H, W, C]    grad_out [N, P, Q, C]    returns [N, H, W, C]
ValueId max_pool_2d_backward(Graph& graph, ValueId input, ValueId grad_out, MaxPool2dAttributes attributes);
}  // namespace ops

}  // namespace mltk
