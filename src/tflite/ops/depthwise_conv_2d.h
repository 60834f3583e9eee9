#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of DEPTHWISE_CONV_2D.
struct DepthwiseConv2dOptions {
  Padding padding = Padding::same;
  std::int32_t stride_w = 0;
  std::int32_t stride_h = 0;
  std::int32_t depth_multiplier = 0;
  Activation activation = Activation::none;
  std::int32_t dilation_w = 1;
  std::int32_t dilation_h = 1;

  bool operator==(const DepthwiseConv2dOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "padding", padding, Padding::same);
    v(1, "stride_w", stride_w, 0);
    v(2, "stride_h", stride_h, 0);
    v(3, "depth_multiplier", depth_multiplier, 0);
    v(4, "activation", activation, Activation::none);
    v(5, "dilation_w", dilation_w, 1);
    v(6, "dilation_h", dilation_h, 1);
  }
};

}  // namespace mltk::tflite
