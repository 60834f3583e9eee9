#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Inputs that TensorFlow Lite Micro's kernel takes.
inline constexpr std::size_t kMostConcatenationInputs = 10;

/// Options of CONCATENATION.
struct ConcatenationOptions {
  std::int32_t axis = 0;
  Activation activation = Activation::none;

  bool operator==(const ConcatenationOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "axis", axis, 0);
    v(1, "activation", activation, Activation::none);
  }
};

}  // namespace mltk::tflite
