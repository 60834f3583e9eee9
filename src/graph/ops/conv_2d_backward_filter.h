#pragma once

#include "graph/ops/conv_2d.h"

namespace mltk {

extern const OpDef conv_2d_backward_filter_def;

struct Conv2dBackwardFilterAttributes {
  Conv2dAttributes conv;
  Shape filter_shape;
};

namespace ops {
/// Gradient of conv_2d with respect to its filter; reduces over the batch.
///
/// input [N, H, W, C]    grad_out [N, P, Q, F]    returns [KH, KW, C / groups, F]
ValueId conv_2d_backward_filter(Graph& graph, ValueId input, ValueId grad_out,
                                Conv2dBackwardFilterAttributes attributes);
}  // namespace ops

}  // namespace mltk
