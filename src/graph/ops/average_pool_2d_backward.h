#pragma once

#include "graph/ops/average_pool_2d.h"

namespace mltk {

extern const OpDef average_pool_2d_backward_def;

struct AveragePool2dBackwardAttributes {
  AveragePool2dAttributes pool;
  Shape input_shape;  ///< of the pool, kBatch first
};

namespace ops {
/// grad_out [N, P, Q, C]    returns [N, H, W, C]
ValueId average_pool_2d_backward(Graph& graph, ValueId grad_out, AveragePool2dBackwardAttributes attributes);
}  // namespace ops

}  // namespace mltk
