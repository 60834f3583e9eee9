#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of STRIDED_SLICE.
struct StridedSliceOptions {
  std::int32_t begin_mask = 0;
  std::int32_t end_mask = 0;
  std::int32_t ellipsis_mask = 0;
  std::int32_t new_axis_mask = 0;
  std::int32_t shrink_axis_mask = 0;
  bool offset = false;

  bool operator==(const StridedSliceOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "begin_mask", begin_mask, 0);
    v(1, "end_mask", end_mask, 0);
    v(2, "ellipsis_mask", ellipsis_mask, 0);
    v(3, "new_axis_mask", new_axis_mask, 0);
    v(4, "shrink_axis_mask", shrink_axis_mask, 0);
    v(5, "offset", offset, false);
  }
};

}  // namespace mltk::tflite
