#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of ONE_HOT.
struct OneHotOptions {
  std::int32_t axis = 0;

  bool operator==(const OneHotOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "axis", axis, 0);
  }
};

}  // namespace mltk::tflite
