#pragma once

#include <cstdint>

namespace mltk::micro {

/// A filter window that slides over an NHWC image.
struct Window2d {
  int batches = 1;
  int in_h = 0, in_w = 0, in_c = 0;
  int out_h = 0, out_w = 0, out_c = 0;
  int filter_h = 0, filter_w = 0;
  int stride_h = 1, stride_w = 1;
  int dilation_h = 1, dilation_w = 1;
  int pad_h = 0, pad_w = 0;  ///< before the first row and column
};

/// Taps of the filter that lie inside the image along one axis.
struct TapRange {
  int first = 0;
  int last = 0;  ///< past the end
};

inline TapRange taps_inside(int origin, int dilation, int filter, int size) {
  TapRange taps{0, filter};
  while (taps.first < filter && origin + taps.first * dilation < 0) ++taps.first;
  while (taps.last > taps.first && origin + (taps.last - 1) * dilation >= size) --taps.last;
  return taps;
}

}  // namespace mltk::micro
