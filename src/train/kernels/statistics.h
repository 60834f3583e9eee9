#pragma once

#include <cstdint>

namespace mltk::simd {

/// sums[c] = the sum of x[r][c] over the rows; with `center`, of (x[r][c] - center[c])^2. Eight sums a column, of every
/// eighth row, keep rounding small; they are added up in a fixed order.
void column_sums(const float* x, std::int64_t rows, std::int64_t columns, const float* center, float* sums);

}  // namespace mltk::simd
