#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of TRANSPOSE_CONV.
struct TransposeConvOptions {
  Padding padding = Padding::same;
  std::int32_t stride_w = 0;
  std::int32_t stride_h = 0;
  Activation activation = Activation::none;
  TensorType quantized_bias_type = TensorType::float32;

  bool operator==(const TransposeConvOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "padding", padding, Padding::same);
    v(1, "stride_w", stride_w, 0);
    v(2, "stride_h", stride_h, 0);
    v(3, "activation", activation, Activation::none);
    v(4, "quantized_bias_type", quantized_bias_type, TensorType::float32);
  }
};

}  // namespace mltk::tflite
