#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of ARG_MIN.
struct ArgMinOptions {
  TensorType output_type = TensorType::float32;

  bool operator==(const ArgMinOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "output_type", output_type, TensorType::float32);
  }
};

}  // namespace mltk::tflite
