#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of PACK.
struct PackOptions {
  std::int32_t values_count = 0;
  std::int32_t axis = 0;

  bool operator==(const PackOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "values_count", values_count, 0);
    v(1, "axis", axis, 0);
  }
};

}  // namespace mltk::tflite
