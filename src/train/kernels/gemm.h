#pragma once

#include <cstdint>

#include "train/kernels/kernel.h"
#include "train/kernels/simd.h"

namespace mltk::kernels {

/// to [columns, rows] = from [rows, columns] transposed.
inline void transpose(const float* from, std::int64_t rows, std::int64_t columns, float* to) {
  simd::transpose(from, rows, columns, columns, to, rows);
}

}  // namespace mltk::kernels
