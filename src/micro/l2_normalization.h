#pragma once

#include <cmath>
#include <cstddef>

#include "micro/inverse_sqrt.h"

namespace mltk::micro {

/// Each row divided by its Euclidean norm; the output has scale 1/128 and zero point 0.
///
/// input [R, D] i8   output [R, D] i8
inline void l2_normalization(int rows, int depth, std::int32_t input_zero_point, const std::int8_t* input,
                             std::int8_t* output) {
  constexpr int kOutputBits = 7;
  for (int r = 0; r < rows; ++r, input += depth, output += depth) {
    std::int32_t sum = 0;
    for (int i = 0; i < depth; ++i) {
      const std::int32_t x = input[i] - input_zero_point;
      sum = add_wrapping(sum, x * x);
    }
    Multiplier inverse = inverse_sqrt(sum);
    inverse.shift += kOutputBits;
    for (int i = 0; i < depth; ++i) {
      output[i] =
          static_cast<std::int8_t>(clamp<std::int32_t>(multiply(input[i] - input_zero_point, inverse), -128, 127));
    }
  }
}

inline void l2_normalization(int rows, int depth, const float* input, float* output) {
  constexpr float kSmallest = 1e-6F;
  for (int r = 0; r < rows; ++r, input += depth, output += depth) {
    float sum = 0;
    for (int i = 0; i < depth; ++i) sum += input[i] * input[i];
    const float root = std::sqrt(sum);
    const float norm = root < kSmallest ? kSmallest : root;
    for (int i = 0; i < depth; ++i) output[i] = input[i] / norm;
  }
}

}  // namespace mltk::micro
