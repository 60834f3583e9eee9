#pragma once

#include <cstdint>

namespace mltk::simd {

/// The one sum of products that convolutions, their gradients and matrix products are made of. For `lines` times
/// `pixels` places and `filters` columns:
///
///   out[l * out_line + p * out_pixel + f] (+)= sum over i < rows, k < depth of
///       x[l * x_line + p * x_pixel + i * x_row + k * x_step] * w[i * w_row + k * w_step + f]
///
/// The sum runs in the order of (i, k) with fused multiply-add on every instruction set that has it, whatever the
/// blocks are: all of them give the same bytes.
struct Product {
  std::int64_t lines = 1;
  std::int64_t pixels = 0;
  std::int64_t filters = 0;
  std::int64_t rows = 1;
  std::int64_t depth = 0;

  const float* x = nullptr;
  std::int64_t x_line = 0;
  std::int64_t x_pixel = 0;
  std::int64_t x_row = 0;
  std::int64_t x_step = 1;

  const float* w = nullptr;
  std::int64_t w_row = 0;
  std::int64_t w_step = 0;

  float* out = nullptr;
  std::int64_t out_line = 0;
  std::int64_t out_pixel = 0;
  bool add = false;  ///< keep what `out` holds
};

/// rows and depth of 0 give zeros.
void product(const Product& sum);

}  // namespace mltk::simd
