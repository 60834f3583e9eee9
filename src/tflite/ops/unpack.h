#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of UNPACK.
struct UnpackOptions {
  std::int32_t num = 0;
  std::int32_t axis = 0;

  bool operator==(const UnpackOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "num", num, 0);
    v(1, "axis", axis, 0);
  }
};

}  // namespace mltk::tflite
