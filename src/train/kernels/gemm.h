#pragma once

#include <cstdint>

#include "train/kernels/kernel.h"
#include "train/kernels/simd.h"

namespace mltk::kernels {

/// to [columns, rows] = from [rows, columns] transposed.
inline void transpose(const float* from, std::int64_t rows, std::int64_t columns, float* to) {
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) to[c * rows + r] = from[r * columns + c];
  }
}

}  // namespace mltk::kernels
