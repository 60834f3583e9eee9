#pragma once

#include <cmath>
#include <cstddef>

#include "micro/fixed_point.h"

namespace mltk::micro {

/// log(x) in Q5 for x >= 1 in Q12: a rational function around the nearest power of two or its half.
inline std::int32_t log_of_sum(std::int32_t x) {
  constexpr int kInputBits = 12;
  constexpr int kAccumulatorBits = 6;
  constexpr std::int32_t kLog2 = 1488522236;
  constexpr std::int32_t kSqrtHalf = 1518500250;
  constexpr std::int32_t kSqrtSqrtHalf = 1805811301;
  constexpr std::int32_t kQuarter = 1 << (31 - kAccumulatorBits - 2);
  constexpr std::int32_t kAlphaN = 117049297;   // 11/240 * 2^(1/4)
  constexpr std::int32_t kAlphaD = 127690142;   // 1/20 * 2^(1/4)
  constexpr std::int32_t kAlphaI = 1057819769;  // 2 / 2^(1/4) - 2^(1/4)
  constexpr std::int32_t kAlphaF = 638450708;   // 1/4 * 2^(1/4)
  const auto in_accumulator = [](int bits) { return scale_by_power_of_two(bits, 31 - kAccumulatorBits); };

  const int zeros = count_leading_zeros(static_cast<std::uint32_t>(x));
  const std::int32_t ratio_a =
      scale_by_power_of_two(doubling_high_mul(scale_by_power_of_two(x, zeros - 1), kSqrtHalf), 1);
  const std::int32_t power_a = saturate(static_cast<std::int64_t>(in_accumulator(kInputBits - zeros)) + kQuarter);
  const std::int32_t scaled = doubling_high_mul(x, kSqrtHalf);
  const int headroom = count_leading_zeros(static_cast<std::uint32_t>(scaled)) - 1;
  const std::int32_t ratio_b = scale_by_power_of_two(x, headroom);
  const std::int32_t power_b = saturate(static_cast<std::int64_t>(in_accumulator(kInputBits - headroom)) - kQuarter);

  const std::int32_t ratio = ratio_a < ratio_b ? ratio_a : ratio_b;
  const std::int32_t power = power_a > power_b ? power_a : power_b;
  const std::int64_t sum = static_cast<std::int64_t>(ratio) + kSqrtSqrtHalf;
  const auto middle = static_cast<std::int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
  const std::int32_t q = add_wrapping(ratio - kSqrtSqrtHalf, ratio - kSqrtSqrtHalf);
  const std::int32_t square = doubling_high_mul(q, q);
  const std::int32_t numerator = doubling_high_mul(q, ratio) + doubling_high_mul(doubling_high_mul(q, square), kAlphaN);
  const std::int32_t denominator_minus_one =
      doubling_high_mul(middle, kAlphaI + q + doubling_high_mul(kAlphaD, square)) + doubling_high_mul(kAlphaF, q);
  const std::int32_t reciprocal = one_over_one_plus(denominator_minus_one);
  const std::int32_t fraction = doubling_high_mul(divide_by_power_of_two(numerator, kAccumulatorBits), reciprocal);
  return scale_by_power_of_two(doubling_high_mul(power, kLog2) + fraction, 1);
}

struct LogSoftmaxParams {
  int rows = 0;
  int depth = 0;
  Multiplier input;    ///< code difference to Q5
  Multiplier inverse;  ///< and back
  std::int32_t smallest_difference = 0;
};

/// x - max - log(sum of exp(x - max)) of each row; the output has scale 1/16 and zero point 127.
///
/// input [R, D] i8   output [R, D] i8
inline void log_softmax(const LogSoftmaxParams& p, const std::int8_t* input, std::int8_t* output) {
  constexpr int kInputBits = 5;
  constexpr int kSumBits = 12;
  constexpr int kOutputBits = 4;
  for (int r = 0; r < p.rows; ++r, input += p.depth, output += p.depth) {
    std::int32_t largest = -128;
    for (int i = 0; i < p.depth; ++i) largest = input[i] > largest ? input[i] : largest;
    std::int32_t sum = 0;
    for (int i = 0; i < p.depth; ++i) {
      const std::int32_t difference = input[i] - largest;
      if (difference < p.smallest_difference) continue;
      const std::int32_t exponential = exp_on_negative(multiply(difference, p.input), kInputBits);
      sum = add_wrapping(sum, divide_by_power_of_two(exponential, kSumBits));
    }
    const std::int32_t log_sum = log_of_sum(sum);
    const std::int32_t from_log = multiply(add_wrapping(log_sum, INT32_MIN), p.inverse);
    const std::int32_t bound = from_log > p.smallest_difference - 1 ? from_log : p.smallest_difference - 1;
    for (int i = 0; i < p.depth; ++i) {
      const std::int32_t difference = input[i] - largest;
      if (difference <= bound) {
        output[i] = -128;
        continue;
      }
      const std::int32_t y =
          divide_by_power_of_two(add_wrapping(multiply(difference, p.input), -log_sum), 31 - kInputBits - kOutputBits);
      output[i] = static_cast<std::int8_t>(clamp<std::int32_t>(y + 127, -128, 127));
    }
  }
}

inline void log_softmax(int rows, int depth, const float* input, float* output) {
  for (int r = 0; r < rows; ++r, input += depth, output += depth) {
    float largest = input[0];
    for (int i = 1; i < depth; ++i) largest = input[i] > largest ? input[i] : largest;
    float sum = 0;
    for (int i = 0; i < depth; ++i) sum += std::exp(input[i] - largest);
    const float log_sum = std::log(sum);
    for (int i = 0; i < depth; ++i) output[i] = input[i] - largest - log_sum;
  }
}

}  // namespace mltk::micro
