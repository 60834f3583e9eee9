#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of SPLIT_V.
struct SplitVOptions {
  std::int32_t num_splits = 0;

  bool operator==(const SplitVOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "num_splits", num_splits, 0);
  }
};

}  // namespace mltk::tflite
