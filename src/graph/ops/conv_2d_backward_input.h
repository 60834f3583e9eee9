#pragma once

#include "graph/ops/conv_2d.h"

namespace mltk {

extern const OpDef conv_2d_backward_input_def;

struct Conv2dBackwardInputAttributes {
  Conv2dAttributes conv;
  Shape input_shape;  ///< of the convolution, kBatch first
};

namespace ops {
/// Gradient of conv_2d with respect to its input. Also the forward rule of a transposed convolution.
///
/// grad_out [N, P, Q, F]    filter [KH, KW, C / groups, F]    returns [N, H, W, C]
ValueId conv_2d_backward_input(Graph& graph, ValueId grad_out, ValueId filter,
                               Conv2dBackwardInputAttributes attributes);
}  // namespace ops

}  // namespace mltk
