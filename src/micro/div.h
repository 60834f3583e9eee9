#pragma once

#include "micro/fixed_point.h"

namespace mltk::micro {

struct DivParams {
  std::int32_t offset_a = 0;  ///< -zero point
  std::int32_t offset_b = 0;
  Multiplier multiplier;
  std::int32_t output_zero_point = 0;
  std::int32_t low = 0;
  std::int32_t high = 0;
};

/// a / b by the reciprocal of b; b + offset_b is not 0.
inline std::int32_t div_codes(const DivParams& p, std::int32_t a, std::int32_t b) {
  std::int32_t x = a + p.offset_a;
  std::int32_t y = b + p.offset_b;
  if (y < 0) {
    x = -x;
    y = -y;
  }
  const int zeros = count_leading_zeros(static_cast<std::uint32_t>(y));
  const auto fraction = static_cast<std::int32_t>((static_cast<std::uint32_t>(y) << zeros) - (std::uint32_t{1} << 31));
  const std::int32_t reciprocal = one_over_one_plus(fraction);
  const int headroom = count_leading_zeros(static_cast<std::uint32_t>(x < 0 ? ~x : x)) - 1;
  const std::int32_t quotient = doubling_high_mul(shift_left(x, headroom), reciprocal);
  const Multiplier rest{p.multiplier.value, p.multiplier.shift - (31 - zeros) - headroom};
  // Shifts beyond 31 bits leave nothing; the device's are the same there.
  const std::int32_t code = rest.shift < -31 ? 0 : multiply(quotient, rest);
  return to_code(code, p.output_zero_point, p.low, p.high);
}

}  // namespace mltk::micro
