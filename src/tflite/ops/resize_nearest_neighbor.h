#pragma once

#include "tflite/model.h"

namespace mltk::tflite {

/// Options of RESIZE_NEAREST_NEIGHBOR.
struct ResizeNearestNeighborOptions {
  bool align_corners = false;
  bool half_pixel_centers = false;

  bool operator==(const ResizeNearestNeighborOptions&) const = default;

  template <class Visitor>
  void visit(Visitor& v) {  // field id in the file, name, value, the file's default
    v(0, "align_corners", align_corners, false);
    v(1, "half_pixel_centers", half_pixel_centers, false);
  }
};

}  // namespace mltk::tflite
