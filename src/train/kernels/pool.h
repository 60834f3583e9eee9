#pragma once

#include <cstdint>

namespace mltk::simd {

/// Windows that move over one sample; those at the edge have the elements that lie inside only.
struct Pool {
  std::int64_t height, width, channels;  ///< of the input
  std::int64_t rows, columns;            ///< of the output
  std::int64_t kernel_height, kernel_width;
  std::int64_t stride_height, stride_width;
  std::int64_t pad_top, pad_left;
};

void average_pool(const Pool& pool, const float* x, float* y);
void average_pool_backward(const Pool& pool, const float* dy, float* dx);
void max_pool(const Pool& pool, const float* x, float* y);
/// The gradient goes to the first of the largest elements of a window.
void max_pool_backward(const Pool& pool, const float* x, const float* dy, float* dx);

}  // namespace mltk::simd
