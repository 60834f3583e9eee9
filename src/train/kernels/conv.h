#pragma once

#include <algorithm>

#include "graph/ops/conv_2d.h"
#include "train/kernels/kernel.h"
#include "train/kernels/simd.h"

namespace mltk::kernels {

/// Sizes of a window that moves over one sample.
struct Geometry {
  std::int64_t height, width, channels;  ///< of the input
  std::int64_t rows, columns, filters;   ///< of the output
  std::int64_t kernel_height, kernel_width;
  std::int64_t stride_height, stride_width;
  std::int64_t dilation_height, dilation_width;
  std::int64_t pad_top, pad_bottom, pad_left, pad_right;

  Geometry(const Window2d& window, const Shape& input, const Shape& output)
      : height(input[1]),
        width(input[2]),
        channels(input[3]),
        rows(output[1]),
        columns(output[2]),
        filters(output[3]),
        kernel_height(window.kernel_height),
        kernel_width(window.kernel_width),
        stride_height(window.stride_height),
        stride_width(window.stride_width),
        dilation_height(window.dilation_height),
        dilation_width(window.dilation_width) {
    const auto vertical = window_extent(height, kernel_height, stride_height, dilation_height, window.same);
    const auto horizontal = window_extent(width, kernel_width, stride_width, dilation_width, window.same);
    pad_top = vertical.pad_before;
    pad_bottom = vertical.pad_after;
    pad_left = horizontal.pad_before;
    pad_right = horizontal.pad_after;
  }

  std::int64_t padded_height() const { return height + pad_top + pad_bottom; }
  std::int64_t padded_width() const { return width + pad_left + pad_right; }
  bool padded() const { return pad_top + pad_bottom + pad_left + pad_right > 0; }
  std::int64_t padded_elements() const { return padded_height() * padded_width() * channels; }
  std::int64_t input_elements() const { return height * width * channels; }
  std::int64_t output_elements() const { return rows * columns * filters; }
  /// One multiplication of matrices: every pixel by the same [C, F].
  bool pointwise() const {
    return kernel_height * kernel_width == 1 && stride_height == 1 && stride_width == 1 && !padded();
  }

  /// Number of elements under the window of output (p, q) that lie inside the input.
  std::int64_t taps(std::int64_t p, std::int64_t q) const {
    const auto inside = [](std::int64_t at, std::int64_t kernel, std::int64_t size) {
      return std::min(size, at + kernel) - std::max<std::int64_t>(0, at);
    };
    return inside(p * stride_height - pad_top, kernel_height, height) *
           inside(q * stride_width - pad_left, kernel_width, width);
  }

  /// Call f(row, column, kernel_row, kernel_column, input_row, input_column) for each tap that lies inside the input.
  template <class F>
  void for_each_tap(const F& f) const {
    for (std::int64_t p = 0; p < rows; ++p) {
      for (std::int64_t q = 0; q < columns; ++q) {
        for (std::int64_t i = 0; i < kernel_height; ++i) {
          const std::int64_t y = p * stride_height + i * dilation_height - pad_top;
          if (y < 0 || y >= height) continue;
          for (std::int64_t j = 0; j < kernel_width; ++j) {
            const std::int64_t x = q * stride_width + j * dilation_width - pad_left;
            if (x >= 0 && x < width) f(p, q, i, j, y, x);
          }
        }
      }
    }
  }
};

/// The sample with its zero border: no window has an edge case then. Returns `sample` itself when there is no border.
inline const float* with_border(const Geometry& g, const float* sample, float* scratch) {
  if (!g.padded()) return sample;
  std::fill_n(scratch, g.padded_elements(), 0.0F);
  const std::int64_t row = g.width * g.channels;
  for (std::int64_t y = 0; y < g.height; ++y) {
    std::copy_n(sample + y * row, row, scratch + ((y + g.pad_top) * g.padded_width() + g.pad_left) * g.channels);
  }
  return scratch;
}

}  // namespace mltk::kernels
