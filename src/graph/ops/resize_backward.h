#pragma once

#include "graph/ops/resize.h"

namespace mltk {

extern const OpDef resize_backward_def;

struct ResizeBackwardAttributes {
  ResizeAttributes resize;
  Shape input_shape;  ///< kBatch first
};

namespace ops {
/// Gradient of resize with respect to its input: grad_out [N, height, width, C]    returns [N, H, W, C].
ValueId resize_backward(Graph& graph, ValueId grad_out, ResizeBackwardAttributes attributes);
}  // namespace ops

}  // namespace mltk
