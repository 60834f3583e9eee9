#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of RESHAPE.
struct ReshapeOptions {
  std::vector<std::int32_t> new_shape;

  bool operator==(const ReshapeOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "new_shape", new_shape);
  }
};

}  // namespace mltk::tflite
