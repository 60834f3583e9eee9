#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of MEAN, SUM and the other reductions.
struct ReducerOptions {
  bool keep_dims = false;

  bool operator==(const ReducerOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "keep_dims", keep_dims, false);
  }
};

}  // namespace mltk::tflite
