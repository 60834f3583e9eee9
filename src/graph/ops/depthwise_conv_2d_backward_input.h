#pragma once

#include "graph/ops/conv_2d.h"

namespace mltk {

extern const OpDef depthwise_conv_2d_backward_input_def;

struct DepthwiseConv2dBackwardInputAttributes {
  Window2d window;
  Shape input_shape;  ///< of the convolution, kBatch first
};

namespace ops {
/// grad_out [N, P, Q, C * M]    filter [KH, KW, C, M]    returns [N, H, W, C]
ValueId depthwise_conv_2d_backward_input(Graph& graph, ValueId grad_out, ValueId filter,
                                         DepthwiseConv2dBackwardInputAttributes attributes);
}  // namespace ops

}  // namespace mltk
