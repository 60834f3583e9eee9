#pragma once

#include <cstdint>
#include <utility>

#include "micro/window.h"
#include "simd/kernel.h"

namespace mltk::simd {

/// An image with its border: all that the filter touches as it slides.
struct Padded {
  std::int64_t rows;
  std::int64_t columns;
};

constexpr Padded padded(const micro::Window2d& g) {
  return {(g.out_h - 1) * std::int64_t{g.stride_h} + (g.filter_h - 1) * std::int64_t{g.dilation_h} + 1,
          (g.out_w - 1) * std::int64_t{g.stride_w} + (g.filter_w - 1) * std::int64_t{g.dilation_w} + 1};
}

/// A column as a row, which lies in memory in the same way and is quicker to go through.
constexpr micro::Window2d as_row(micro::Window2d g) {
  if (g.in_w != 1 || g.out_w != 1 || g.filter_w != 1 || g.pad_w != 0) return g;
  std::swap(g.in_h, g.in_w);
  std::swap(g.out_h, g.out_w);
  std::swap(g.filter_h, g.filter_w);
  std::swap(g.stride_h, g.stride_w);
  std::swap(g.dilation_h, g.dilation_w);
  std::swap(g.pad_h, g.pad_w);
  return g;
}

/// Whether an image with its border of zero points can be copied.
constexpr bool can_copy(const micro::Window2d& g, std::int32_t input_offset) {
  constexpr std::int64_t kMostInputs = 1 << 26;
  const Padded size = padded(g);
  return is_code_offset(input_offset) && size.rows <= kMostInputs / size.columns &&
         size.rows * size.columns <= kMostInputs / (g.out_c + g.in_c);
}

}  // namespace mltk::simd
