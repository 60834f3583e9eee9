#pragma once

#include <cstdint>

#include "micro/window.h"

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

/// Whether an image with its border of zero points can be copied: the codes of a file may be anything.
constexpr bool can_copy(const micro::Window2d& g, std::int32_t input_offset) {
  constexpr std::int64_t kMostInputs = 1 << 26;
  const Padded size = padded(g);
  return input_offset >= -127 && input_offset <= 128 && size.rows <= kMostInputs / size.columns &&
         size.rows * size.columns <= kMostInputs / (g.out_c + g.in_c);
}

}  // namespace mltk::simd
