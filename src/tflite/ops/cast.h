#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of CAST.
struct CastOptions {
  TensorType in_data_type = TensorType::float32;
  TensorType out_data_type = TensorType::float32;

  bool operator==(const CastOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "in_data_type", in_data_type, TensorType::float32);
    v(1, "out_data_type", out_data_type, TensorType::float32);
  }
};

}  // namespace mltk::tflite
