#pragma once

#include "graph/ops/projective_transform.h"

namespace mltk {

extern const OpDef projective_transform_backward_def;

struct ProjectiveTransformBackwardAttributes {
  ProjectiveTransformAttributes transform;
  Shape input;  ///< [N, H, W, C] of the pictures
};

namespace ops {
/// The gradient of the pictures: each pixel of `grad_out` goes to those that it was made of.
ValueId projective_transform_backward(Graph& graph, ValueId grad_out, ValueId transforms,
                                      ProjectiveTransformBackwardAttributes attributes);
}  // namespace ops

}  // namespace mltk
