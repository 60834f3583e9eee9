#pragma once

#include "micro/fixed_point.h"

namespace mltk::micro {

/// 1 / sqrt(x) as a multiplier for x > 0, by five Newton steps in Q3; 0 counts as 1.
inline Multiplier inverse_sqrt(std::int32_t x) {
  if (x <= 1) return {INT32_MAX, 0};
  int shift = 11;
  while (x >= (1 << 29)) {
    x /= 4;
    ++shift;
  }
  const int pairs = (count_leading_zeros(static_cast<std::uint32_t>(x)) - 1) / 2 - 1;
  shift -= pairs;
  x = shift_left(x, 2 * pairs);
  const std::int32_t half = divide_by_power_of_two(x >> 1, 1);
  constexpr std::int32_t kThreeHalves = (1 << 28) + (1 << 27);
  constexpr std::int32_t kHalfSqrt2 = 1518500250;
  std::int32_t y = 1 << 28;
  for (int i = 0; i < 5; ++i) {
    const std::int32_t cube = scale_by_power_of_two(doubling_high_mul(doubling_high_mul(y, y), y), 6);
    y = scale_by_power_of_two(doubling_high_mul(kThreeHalves, y) - doubling_high_mul(half, cube), 3);
  }
  y = doubling_high_mul(y, kHalfSqrt2);
  if (shift < 0) {
    y = shift_left(y, -shift);
    shift = 0;
  }
  return {y, -shift};
}

}  // namespace mltk::micro
