#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of GELU.
struct GeluOptions {
  bool approximate = false;

  bool operator==(const GeluOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "approximate", approximate, false);
  }
};

}  // namespace mltk::tflite
