#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of L2_NORMALIZATION.
struct L2NormOptions {
  Activation activation = Activation::none;

  bool operator==(const L2NormOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "activation", activation, Activation::none);
  }
};

}  // namespace mltk::tflite
