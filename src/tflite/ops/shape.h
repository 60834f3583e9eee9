#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of SHAPE.
struct ShapeOptions {
  TensorType out_type = TensorType::float32;

  bool operator==(const ShapeOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "out_type", out_type, TensorType::float32);
  }
};

}  // namespace mltk::tflite
