#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of RESIZE_BILINEAR.
struct ResizeBilinearOptions {
  bool align_corners = false;
  bool half_pixel_centers = false;

  bool operator==(const ResizeBilinearOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(2, "align_corners", align_corners, false);
    v(3, "half_pixel_centers", half_pixel_centers, false);
  }
};

}  // namespace mltk::tflite
