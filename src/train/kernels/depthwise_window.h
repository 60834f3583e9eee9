#pragma once

#include "train/kernels/conv.h"
#include "train/kernels/depthwise.h"

namespace mltk::kernels {

template <class F>
void for_each_line_group(const Geometry& g, const F& f) {
  for (std::int64_t p = 0; p < g.rows;) {
    const LineGroup lines =
        line_group(p, g.rows, g.kernel_height, g.stride_height, g.dilation_height, g.pad_top, g.height);
    f(lines);
    p = lines.end;
  }
}

/// Windows of one filter a channel over some lines of a sample that has its margins.
inline simd::Depthwise depthwise_window(const Geometry& g, const LineGroup& lines, const float* input) {
  const std::int64_t line = g.padded_width() * g.channels;
  const std::int64_t top = lines.begin * g.stride_height + lines.kernel_begin * g.dilation_height - g.pad_top;
  return {.lines = lines.lines(),
          .pixels = g.columns,
          .channels = g.channels,
          .rows = lines.kernel_rows(),
          .columns = g.kernel_width,
          .x = input + top * line,
          .x_line = g.stride_height * line,
          .x_pixel = g.stride_width * g.channels,
          .x_row = g.dilation_height * line,
          .x_column = g.dilation_width * g.channels,
          .w_row = g.kernel_width * g.channels,
          .w_column = g.channels,
          .out_line = g.columns * g.channels,
          .out_pixel = g.channels};
}

}  // namespace mltk::kernels
