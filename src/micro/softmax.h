#pragma once

#include <cmath>

#include "micro/fixed_point.h"

namespace mltk::micro {

struct SoftmaxParams {
  int rows = 0;
  int depth = 0;
  Multiplier input;                      ///< input scale * beta to 5 integer bits
  std::int32_t smallest_difference = 0;  ///< below it exp() is 0
};

/// Softmax of each row of codes; the output has scale 1/256 and zero point -128 (int8) or 1/65536, -32768 (int16).
template <class Output>
void softmax(const SoftmaxParams& params, const std::int8_t* input, Output* output) {
  constexpr int kOutputBits = 8 * sizeof(Output);
  constexpr std::int32_t kLow = -(1 << (kOutputBits - 1));
  for (int row = 0; row < params.rows; ++row, input += params.depth, output += params.depth) {
    std::int32_t largest = INT8_MIN;
    for (int i = 0; i < params.depth; ++i) largest = input[i] > largest ? input[i] : largest;
    const auto exponential = [&](std::int32_t difference) {
      const std::int32_t scaled = doubling_high_mul(shift_left(difference, params.input.shift), params.input.value);
      return exp_on_negative(scaled, 5);
    };
    std::int32_t sum = 0;  // 12 integer bits
    for (int i = 0; i < params.depth; ++i) {
      const std::int32_t difference = input[i] - largest;
      if (difference >= params.smallest_difference) sum += divide_by_power_of_two(exponential(difference), 12);
    }
    const int headroom = count_leading_zeros(static_cast<std::uint32_t>(sum));
    const auto shifted = static_cast<std::int32_t>((static_cast<std::uint32_t>(sum) << headroom) - (1U << 31));
    const std::int32_t inverse = one_over_one_plus(shifted);
    const int exponent = 12 - headroom + 31 - kOutputBits;
    for (int i = 0; i < params.depth; ++i) {
      const std::int32_t difference = input[i] - largest;
      std::int32_t code = kLow;
      if (difference >= params.smallest_difference) {
        code = divide_by_power_of_two(doubling_high_mul(inverse, exponential(difference)), exponent) + kLow;
      }
      output[i] = static_cast<Output>(clamp(code, kLow, -kLow - 1));
    }
  }
}

/// A function of int16 codes by 512 straight lines.
struct Lines16 {
  std::int16_t points[513] = {};

  std::int16_t operator()(std::int16_t x) const {
    const int index = 256 + (x >> 7);
    const std::int32_t slope = points[index + 1] - points[index];
    return static_cast<std::int16_t>(points[index] + ((slope * (x & 127) + 64) >> 7));
  }
};

struct Softmax16Params {
  int rows = 0;
  int depth = 0;
  Multiplier input;     ///< input scale * beta to 10 / 65535
  Lines16 exponential;  ///< exp over [-10, 0]
  Lines16 reciprocal;   ///< 1 / (1 + x) over [0, 1]
};

/// Softmax of each row of int16 codes; the output has scale 1/32768 and zero point 0.
inline void softmax(const Softmax16Params& params, const std::int16_t* input, std::int16_t* output) {
  for (int row = 0; row < params.rows; ++row, input += params.depth, output += params.depth) {
    std::int32_t largest = INT16_MIN;
    for (int i = 0; i < params.depth; ++i) largest = input[i] > largest ? input[i] : largest;
    std::int32_t sum = 0;
    for (int i = 0; i < params.depth; ++i) {
      output[i] = params.exponential(saturate_16(multiply(input[i] - largest, params.input) + INT16_MAX));
      sum += output[i];
    }
    const int headroom = count_leading_zeros(static_cast<std::uint32_t>(sum));
    const auto shifted =
        static_cast<std::int32_t>(((static_cast<std::int64_t>(sum) << (headroom - 1)) + (1 << 13)) >> 14);
    const std::int32_t inverse = params.reciprocal(saturate_16(shifted - (1 << 15) - (1 << 16)));
    const int exponent = 31 - headroom;
    for (int i = 0; i < params.depth; ++i) {
      const std::int64_t product = static_cast<std::int64_t>(output[i]) * inverse + (std::int64_t{1} << (exponent - 1));
      output[i] = static_cast<std::int16_t>(clamp<std::int64_t>(product >> exponent, 0, INT16_MAX));
    }
  }
}

inline void softmax(int rows, int depth, float beta, const float* input, float* output) {
  for (int row = 0; row < rows; ++row, input += depth, output += depth) {
    float largest = input[0];
    for (int i = 1; i < depth; ++i) largest = input[i] > largest ? input[i] : largest;
    float sum = 0;
    for (int i = 0; i < depth; ++i) {
      output[i] = std::exp((input[i] - largest) * beta);
      sum += output[i];
    }
    for (int i = 0; i < depth; ++i) output[i] /= sum;
  }
}

}  // namespace mltk::micro
