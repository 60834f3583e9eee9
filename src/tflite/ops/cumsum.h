#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of CUMSUM.
struct CumsumOptions {
  bool exclusive = false;
  bool reverse = false;

  bool operator==(const CumsumOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "exclusive", exclusive, false);
    v(1, "reverse", reverse, false);
  }
};

}  // namespace mltk::tflite
