#pragma once

#include "graph/graph.h"

namespace mltk {

extern const OpDef conv_2d_def;

/// Padding and strides of windows that move over height and width; shared by convolutions and pools.
struct Window2d {
  std::int64_t kernel_height = 1, kernel_width = 1;
  std::int64_t stride_height = 1, stride_width = 1;
  std::int64_t dilation_height = 1, dilation_width = 1;
  bool same = false;  ///< "same" padding, else "valid"
};

/// Output size of one axis, and the padding before its first element (TensorFlow: the odd element goes behind).
struct WindowExtent {
  std::int64_t output = 0;
  std::int64_t pad_before = 0;
  std::int64_t pad_after = 0;
};
WindowExtent window_extent(std::int64_t input, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                           bool same);

/// Shape after a window has moved over `input` [N, H, W, C]. Throws Error(invalid_argument) when it does not fit in.
Shape window_output(const Window2d& window, const Shape& input, std::int64_t channels);

struct Conv2dAttributes {
  Window2d window;
  std::int64_t groups = 1;
};

namespace ops {
/// input [N, H, W, C]    filter [KH, KW, C / groups, F]    returns [N, P, Q, F]
ValueId conv_2d(Graph& graph, ValueId input, ValueId filter, Conv2dAttributes attributes);
}  // namespace ops

}  // namespace mltk
