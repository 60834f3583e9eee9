#pragma once

// Fixed-point arithmetic of the int8 and int16 kernels, equal in every bit to tflite-micro 90b983c without
// TFLITE_SINGLE_ROUNDING and to the parts of gemmlowp that it uses.

#include <cstdint>
#include <type_traits>

namespace mltk::micro {

/// A positive real number as value * 2^(shift - 31), 2^30 <= value < 2^31.
struct Multiplier {
  std::int32_t value = 0;
  std::int32_t shift = 0;
};

template <class T>
constexpr T clamp(T value, T low, T high) {
  return value < low ? low : (value > high ? high : value);
}

/// a + b; integers wrap around, as they do on the device.
template <class T>
constexpr T add_wrapping(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<Unsigned>(a) + static_cast<Unsigned>(b));
  } else {
    return a + b;
  }
}

/// The last step to an output code: value + zero point, limited to the range of the fused activation.
constexpr std::int32_t to_code(std::int32_t value, std::int32_t zero_point, std::int32_t low, std::int32_t high) {
  return clamp(add_wrapping(value, zero_point), low, high);
}

/// a * b * 2 / 2^32, rounded half away from zero for positive products and half up for negative ones.
inline std::int32_t doubling_high_mul(std::int32_t a, std::int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  const std::int64_t product = static_cast<std::int64_t>(a) * b;
  const std::int64_t nudge = product >= 0 ? (std::int64_t{1} << 30) : 1 - (std::int64_t{1} << 30);
  return static_cast<std::int32_t>((product + nudge) / (std::int64_t{1} << 31));
}

inline std::int16_t doubling_high_mul_16(std::int16_t a, std::int16_t b) {
  if (a == INT16_MIN && b == INT16_MIN) return INT16_MAX;
  const std::int32_t product = static_cast<std::int32_t>(a) * b;
  const std::int32_t nudge = product >= 0 ? (1 << 14) : 1 - (1 << 14);
  return static_cast<std::int16_t>((product + nudge) / (1 << 15));
}

/// x / 2^exponent, rounded half away from zero; 0 <= exponent <= 31.
inline std::int32_t divide_by_power_of_two(std::int32_t x, int exponent) {
  const auto mask = static_cast<std::int32_t>((std::int64_t{1} << exponent) - 1);
  const std::int32_t remainder = x & mask;
  const std::int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/// x * 2^exponent modulo 2^32.
inline std::int32_t shift_left(std::int32_t x, int exponent) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << exponent);
}

inline std::int32_t saturate(std::int64_t x) {
  return static_cast<std::int32_t>(clamp<std::int64_t>(x, INT32_MIN, INT32_MAX));
}
inline std::int16_t saturate_16(std::int32_t x) {
  return static_cast<std::int16_t>(clamp<std::int32_t>(x, INT16_MIN, INT16_MAX));
}

/// x times a real number, in two roundings.
inline std::int32_t multiply(std::int32_t x, Multiplier m) {
  const int left = m.shift > 0 ? m.shift : 0;
  const int right = m.shift > 0 ? 0 : -m.shift;
  return divide_by_power_of_two(doubling_high_mul(shift_left(x, left), m.value), right);
}

/// The same for 64-bit accumulators (int16 activations): the multiplier is cut to 16 bits.
inline std::int32_t multiply(std::int64_t x, Multiplier m) {
  const std::int32_t reduced = m.value < 0x7FFF0000 ? (m.value + (1 << 15)) >> 16 : 0x7FFF;
  const int total_shift = 15 - m.shift;
  const auto product = static_cast<std::int64_t>(static_cast<std::uint64_t>(x) * static_cast<std::uint64_t>(reduced));
  return static_cast<std::int32_t>(add_wrapping(product, std::int64_t{1} << (total_shift - 1)) >> total_shift);
}

inline int count_leading_zeros(std::uint32_t x) { return x == 0 ? 32 : __builtin_clz(x); }

// Functions of numbers with 31 - n fraction bits ("Qn": n integer bits beside the sign).

/// x * 2^exponent, saturated; a negative exponent divides with rounding.
inline std::int32_t scale_by_power_of_two(std::int32_t x, int exponent) {
  if (exponent < 0) return divide_by_power_of_two(x, -exponent);
  return saturate(static_cast<std::int64_t>(x) << exponent);
}

/// exp(a) in Q0 for a in [-1/4, 0) in Q0: Taylor polynomial around -1/8.
inline std::int32_t exp_on_interval(std::int32_t a) {
  const std::int32_t x = a + (1 << 28);
  const std::int32_t x2 = doubling_high_mul(x, x);
  const std::int32_t x3 = doubling_high_mul(x2, x);
  const std::int32_t x4 = doubling_high_mul(x2, x2);
  constexpr std::int32_t kOneThird = 715827883;
  constexpr std::int32_t kExpMinusOneEighth = 1895147668;
  const std::int32_t y =
      divide_by_power_of_two(doubling_high_mul(divide_by_power_of_two(x4, 2) + x3, kOneThird) + x2, 1);
  return kExpMinusOneEighth + doubling_high_mul(kExpMinusOneEighth, x + y);
}

/// exp(a) in Q0 for a <= 0 in Q(integer_bits).
inline std::int32_t exp_on_negative(std::int32_t a, int integer_bits) {
  if (a == 0) return INT32_MAX;
  struct Factor {
    int exponent;
    std::int32_t exp_minus_power;  // exp(-2^exponent) in Q0
  };
  constexpr Factor kFactors[] = {{-2, 1672461947}, {-1, 1302514674}, {0, 790015084}, {1, 290630308},
                                 {2, 39332535},    {3, 720401},      {4, 242}};
  const int fraction_bits = 31 - integer_bits;
  const std::int32_t quarter = 1 << (fraction_bits - 2);
  const std::int32_t a_mod_quarter = (a & (quarter - 1)) - quarter;
  std::int32_t result = exp_on_interval(scale_by_power_of_two(a_mod_quarter, integer_bits));
  const std::int32_t remainder = a_mod_quarter - a;
  for (const Factor& factor : kFactors) {
    if (integer_bits > factor.exponent && ((remainder >> (fraction_bits + factor.exponent)) & 1) != 0) {
      result = doubling_high_mul(result, factor.exp_minus_power);
    }
  }
  if (integer_bits > 5 && a < -(1 << (36 - integer_bits))) result = 0;
  return result;
}

/// 2 / (1 + a) in Q2 for a in [0, 1) in Q0: three Newton steps.
inline std::int32_t two_over_one_plus(std::int32_t a) {
  const std::int64_t sum = static_cast<std::int64_t>(a) + INT32_MAX;
  const auto half = static_cast<std::int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
  std::int32_t x = 1515870810 + doubling_high_mul(half, -1010580540);  // 48/17 - 32/17 * half
  for (int i = 0; i < 3; ++i) {
    const std::int32_t error = (1 << 29) - doubling_high_mul(half, x);
    x += scale_by_power_of_two(doubling_high_mul(x, error), 2);
  }
  return x;
}

/// 1 / (1 + a) in Q0 for a in [0, 1) in Q0.
inline std::int32_t one_over_one_plus(std::int32_t a) { return scale_by_power_of_two(two_over_one_plus(a), 1); }

/// (1 - a) / (1 + a) in Q0 for a in [0, 1) in Q0.
inline std::int32_t one_minus_over_one_plus(std::int32_t a) {
  return scale_by_power_of_two(two_over_one_plus(a) - (1 << 29), 2);
}

inline std::int32_t logistic_fixed(std::int32_t a, int integer_bits) {
  if (a == 0) return 1 << 30;
  const std::int32_t positive = one_over_one_plus(exp_on_negative(a > 0 ? -a : a, integer_bits));
  return a > 0 ? positive : INT32_MAX - positive;
}

inline std::int32_t tanh_fixed(std::int32_t a, int integer_bits) {
  if (a == 0) return 0;
  const std::int32_t magnitude = one_minus_over_one_plus(exp_on_negative(a > 0 ? -a : a, integer_bits + 1));
  return a > 0 ? magnitude : -magnitude;
}

}  // namespace mltk::micro
