#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of ADD.
struct AddOptions {
  Activation activation = Activation::none;
  bool pot_scale_int16 = true;

  bool operator==(const AddOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "activation", activation, Activation::none);
    v(1, "pot_scale_int16", pot_scale_int16, true);
  }
};

}  // namespace mltk::tflite
