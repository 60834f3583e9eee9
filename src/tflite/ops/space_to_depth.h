#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of SPACE_TO_DEPTH.
struct SpaceToDepthOptions {
  std::int32_t block_size = 0;

  bool operator==(const SpaceToDepthOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "block_size", block_size, 0);
  }
};

}  // namespace mltk::tflite
