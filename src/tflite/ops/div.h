#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of DIV.
struct DivOptions {
  Activation activation = Activation::none;

  bool operator==(const DivOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "activation", activation, Activation::none);
  }
};

}  // namespace mltk::tflite
