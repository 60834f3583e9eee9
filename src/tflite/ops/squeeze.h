#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of SQUEEZE.
struct SqueezeOptions {
  std::vector<std::int32_t> squeeze_dims;

  bool operator==(const SqueezeOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "squeeze_dims", squeeze_dims);
  }
};

}  // namespace mltk::tflite
