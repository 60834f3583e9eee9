#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of LEAKY_RELU.
struct LeakyReluOptions {
  float alpha = 0.0F;

  bool operator==(const LeakyReluOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "alpha", alpha, 0.0F);
  }
};

}  // namespace mltk::tflite
