#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef resize_def;

enum class Interpolation : std::uint8_t { nearest, bilinear, bicubic };

struct ResizeAttributes {
  std::int64_t height = 1;
  std::int64_t width = 1;
  Interpolation interpolation = Interpolation::nearest;
};

namespace ops {
/// x [N, H, W, C]    returns [N, height, width, C], pixel centres at halves as in tf.image.resize.
ValueId resize(Graph& graph, ValueId x, ResizeAttributes attributes);
}  // namespace ops

}  // namespace mltk
