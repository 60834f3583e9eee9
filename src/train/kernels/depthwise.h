#pragma once

#include <cstdint>

namespace mltk::simd {

/// A window over each channel by itself, for `lines` times `pixels` places. Strides are in floats and may be negative.
struct Depthwise {
  std::int64_t lines = 0;
  std::int64_t pixels = 0;
  std::int64_t channels = 0;
  std::int64_t rows = 0;     ///< of the kernel
  std::int64_t columns = 0;  ///< of the kernel

  const float* x = nullptr;
  std::int64_t x_line = 0;
  std::int64_t x_pixel = 0;
  std::int64_t x_row = 0;     ///< from one row of the kernel to the next
  std::int64_t x_column = 0;  ///< from one column of the kernel to the next

  std::int64_t w_row = 0;
  std::int64_t w_column = 0;

  std::int64_t out_line = 0;
  std::int64_t out_pixel = 0;
};

/// out[place][c] = sum over the kernel of x[place, tap][c] * w[tap][c], tap after tap with fused multiply-add.
void depthwise(const Depthwise& window, const float* w, float* out);

/// w[tap][c] += sum over places of x[place, tap][c] * out[place][c], place after place with fused multiply-add.
void depthwise_filter(const Depthwise& window, const float* out, float* w);

}  // namespace mltk::simd
