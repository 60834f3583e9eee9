#pragma once

#include <string>

#include "micro/window.h"
#include "tflite/op_def.h"

namespace mltk::tflite {

/// Options of AVERAGE_POOL_2D and MAX_POOL_2D.
struct Pool2dOptions {
  Padding padding = Padding::same;
  std::int32_t stride_w = 0;
  std::int32_t stride_h = 0;
  std::int32_t filter_w = 0;
  std::int32_t filter_h = 0;
  Activation activation = Activation::none;

  bool operator==(const Pool2dOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "padding", padding, Padding::same);
    v(1, "stride_w", stride_w, 0);
    v(2, "stride_h", stride_h, 0);
    v(3, "filter_w", filter_w, 0);
    v(4, "filter_h", filter_h, 0);
    v(5, "activation", activation, Activation::none);
  }
};

micro::Window2d pool_window(const OpContext& op);
std::string pool_text(const Operator& op);

}  // namespace mltk::tflite
