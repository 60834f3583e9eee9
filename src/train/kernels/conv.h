#pragma once

#include <algorithm>
#include <utility>

#include "graph/ops/conv_2d.h"
#include "train/kernels/kernel.h"
#include "train/kernels/product.h"
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

  std::int64_t padded_width() const { return width + pad_left + pad_right; }
  bool padded() const { return pad_top + pad_bottom + pad_left + pad_right > 0; }
  /// Floats of a sample with its columns of zeros; 0 when it has none.
  std::int64_t margin_elements() const { return pad_left + pad_right == 0 ? 0 : height * padded_width() * channels; }
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

/// Lines of outputs whose windows have the same kernel rows inside the input.
struct LineGroup {
  std::int64_t begin, end;                ///< lines of the output
  std::int64_t kernel_begin, kernel_end;  ///< rows of the kernel

  std::int64_t lines() const { return end - begin; }
  std::int64_t kernel_rows() const { return kernel_end - kernel_begin; }
};

/// The group that starts at output line `begin`, of `lines` lines: line p reads the rows p * stride + i * dilation -
/// pad_top, i < kernel, of an input with `height` rows. Products skip the rows of the zero border that way.
inline LineGroup line_group(std::int64_t begin, std::int64_t lines, std::int64_t kernel, std::int64_t stride,
                            std::int64_t dilation, std::int64_t pad_top, std::int64_t height) {
  const auto inside = [&](std::int64_t p) {
    const std::int64_t top = p * stride - pad_top;
    const std::int64_t first = top >= 0 ? 0 : std::min(kernel, (-top + dilation - 1) / dilation);
    const std::int64_t last =
        top >= height ? first : std::clamp((height - top + dilation - 1) / dilation, first, kernel);
    return std::pair(first, last);
  };
  const auto [first, last] = inside(begin);
  LineGroup group{begin, begin + 1, first, last};
  while (group.end < lines && inside(group.end) == std::pair(first, last)) ++group.end;
  return group;
}

/// One direction of a phase. Going back through strides, the inputs that lie alike between the windows, a phase, are
/// touched by every stride-th tap of the kernel: the gradient of each phase is a convolution of stride 1 with the taps
/// in turned order. A phase has the inputs `first`, `first + stride`, ... and the taps `tap`, `tap + stride`, ...
struct Phase {
  std::int64_t first, count;  ///< of the inputs
  std::int64_t tap, taps;     ///< of the kernel
  std::int64_t start;         ///< output under the last tap at the first input, in the turned order the first

  Phase(std::int64_t phase, std::int64_t stride, std::int64_t kernel, std::int64_t pad, std::int64_t size)
      : tap(phase), taps(kernel > phase ? (kernel - phase + stride - 1) / stride : 0) {
    first = (phase - pad % stride + stride) % stride;
    count = size > first ? (size - first + stride - 1) / stride : 0;
    start = (first + pad - phase) / stride - (taps - 1);
  }
};

/// The columns of zeros beside the gradient of an output that the turned kernels reach.
struct Margins {
  std::int64_t left = 0;
  std::int64_t right = 0;

  explicit Margins(const Geometry& g) {
    for (std::int64_t b = 0; b < g.stride_width; ++b) {
      const Phase phase(b, g.stride_width, g.kernel_width, g.pad_left, g.width);
      if (phase.taps == 0 || phase.count == 0) continue;
      left = std::max(left, -phase.start);
      right = std::max(right, phase.start + phase.taps + phase.count - 1 - g.columns);
    }
  }
  std::int64_t width(const Geometry& g) const { return left + g.columns + right; }
};

/// Rows of `row` floats each, with `left` and `right` zeros before and after: columns then have no edge case. Returns
/// `from` itself when there are none; else `to`, which holds height * (left + row + right) floats.
inline const float* with_margins(const float* from, std::int64_t height, std::int64_t row, std::int64_t left,
                                 std::int64_t right, float* to) {
  if (left + right == 0) return from;
  const std::int64_t whole = left + row + right;
  for (std::int64_t y = 0; y < height; ++y) {
    float* line = to + y * whole;
    std::fill_n(line, left, 0.0F);
    std::copy_n(from + y * row, row, line + left);
    std::fill_n(line + left + row, right, 0.0F);
  }
  return to;
}

/// A sample of the input with its columns of zeros.
inline const float* with_margins(const Geometry& g, const float* sample, float* scratch) {
  return with_margins(sample, g.height, g.width * g.channels, g.pad_left * g.channels, g.pad_right * g.channels,
                      scratch);
}

}  // namespace mltk::kernels
