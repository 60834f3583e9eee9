#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of GATHER.
struct GatherOptions {
  std::int32_t axis = 0;
  std::int32_t batch_dims = 0;

  bool operator==(const GatherOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "axis", axis, 0);
    v(1, "batch_dims", batch_dims, 0);
  }
};

}  // namespace mltk::tflite
