#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of SOFTMAX.
struct SoftmaxOptions {
  float beta = 0.0F;

  bool operator==(const SoftmaxOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "beta", beta, 0.0F);
  }
};

}  // namespace mltk::tflite
