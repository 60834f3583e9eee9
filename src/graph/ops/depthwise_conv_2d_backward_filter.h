#pragma once

#include "graph/ops/conv_2d.h"

namespace mltk {

extern const OpDef depthwise_conv_2d_backward_filter_def;

struct DepthwiseConv2dBackwardFilterAttributes {
  Window2d window;
  Shape filter_shape;
};

namespace ops {
/// Reduces over the batch. input [N, H, W, C]    grad_out [N, P, Q, C * M]    returns [KH, KW, C, M]
ValueId depthwise_conv_2d_backward_filter(Graph& graph, ValueId input, ValueId grad_out,
                                          DepthwiseConv2dBackwardFilterAttributes attributes);
}  // namespace ops

}  // namespace mltk
