#pragma once

#include "graph/graph.h"
#include "graph/ops/resize.h"

namespace mltk {

extern const OpDef projective_transform_def;

/// What stands beyond the border of a picture "abcd".
enum class FillMode : std::uint8_t {
  constant,  ///< a value
  nearest,   ///< aaa abcd ddd
  reflect,   ///< cba abcd dcb
  wrap,      ///< bcd abcd abc
};

struct ProjectiveTransformAttributes {
  std::int64_t height = 1;  ///< of the result
  std::int64_t width = 1;
  Interpolation interpolation = Interpolation::bilinear;  ///< or nearest
  FillMode fill_mode = FillMode::constant;
  float fill_value = 0;
};

namespace ops {
/// Look each pixel (x, y) of the result up at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), k = c0 x + c1 y + 1.
///
/// x [N, H, W, C]    transforms [N, 8]: a0, a1, a2, b0, b1, b2, c0, c1    returns [N, height, width, C]
/// No gradient flows to the transforms.
ValueId projective_transform(Graph& graph, ValueId x, ValueId transforms, ProjectiveTransformAttributes attributes);
}  // namespace ops

}  // namespace mltk
