#pragma once

#include <cstddef>

#include "micro/fixed_point.h"

namespace mltk::micro {

/// One matrix product: a [M, K], b [K, N], output [M, N], with the distance of neighbours along each axis.
struct MatmulShape {
  int rows = 0;
  int columns = 0;
  int depth = 0;
  std::ptrdiff_t a_row = 0, a_depth = 0;
  std::ptrdiff_t b_column = 0, b_depth = 0;
};

/// output[i, j] = finish(sum over k of (a[i, k] + a_offset) * (b[k, j] + b_offset)), summed in the order of k.
template <class Accumulator, class Value, class Finish>
void matmul(const MatmulShape& s, std::int32_t a_offset, std::int32_t b_offset, const Value* a, const Value* b,
            Value* output, const Finish& finish) {
  for (int i = 0; i < s.rows; ++i) {
    for (int j = 0; j < s.columns; ++j) {
      Accumulator sum = 0;
      for (int k = 0; k < s.depth; ++k) {
        const auto x = static_cast<Accumulator>(a[i * s.a_row + k * s.a_depth]) + static_cast<Accumulator>(a_offset);
        const auto y = static_cast<Accumulator>(b[j * s.b_column + k * s.b_depth]) + static_cast<Accumulator>(b_offset);
        sum += x * y;
      }
      *output++ = static_cast<Value>(finish(sum, j));
    }
  }
}

}  // namespace mltk::micro
