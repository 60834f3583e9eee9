#pragma once

#include <cstddef>

#include "micro/fixed_point.h"

namespace mltk::micro {

/// Parameters of LOGISTIC and TANH on int8 codes.
struct SigmoidParams {
  std::int32_t input_zero_point = 0;
  std::int32_t radius = 0;  ///< beyond it the function is constant
  Multiplier multiplier;    ///< to 4 integer bits
};

/// Output scale 1/256, zero point -128.
inline std::int8_t logistic_code(const SigmoidParams& p, std::int8_t code) {
  const std::int32_t x = code - p.input_zero_point;
  if (x <= -p.radius) return INT8_MIN;
  if (x >= p.radius) return INT8_MAX;
  const std::int32_t y = divide_by_power_of_two(logistic_fixed(multiply(x, p.multiplier), 4), 23) - 128;
  return static_cast<std::int8_t>(clamp<std::int32_t>(y, INT8_MIN, INT8_MAX));
}

/// Output scale 1/128, zero point 0.
inline std::int8_t tanh_code(const SigmoidParams& p, std::int8_t code) {
  const std::int32_t x = code - p.input_zero_point;
  if (x <= -p.radius) return INT8_MIN;
  if (x >= p.radius) return INT8_MAX;
  const std::int32_t y = divide_by_power_of_two(tanh_fixed(multiply(x, p.multiplier), 4), 24);
  return static_cast<std::int8_t>(clamp<std::int32_t>(y, INT8_MIN, INT8_MAX));
}

/// Parameters of a change of scale with another one for negative values (RELU: zero; LEAKY_RELU: alpha).
struct RescaleParams {
  std::int32_t input_zero_point = 0;
  std::int32_t output_zero_point = 0;
  Multiplier positive;
  Multiplier negative;
  std::int32_t low = 0;
  std::int32_t high = 0;
};

inline std::int32_t rescale_code(const RescaleParams& p, std::int32_t code) {
  const std::int32_t x = code - p.input_zero_point;
  return to_code(multiply(x, x >= 0 ? p.positive : p.negative), p.output_zero_point, p.low, p.high);
}

/// HARD_SWISH on int8 codes: x * relu6(x + 3) / 6 in 16-bit arithmetic.
struct HardSwishParams {
  std::int32_t input_zero_point = 0;
  std::int32_t output_zero_point = 0;
  std::int16_t output_multiplier = 0;
  int output_exponent = 0;
  std::int16_t relu_multiplier = 0;
  int relu_exponent = 0;
};

inline std::int8_t hard_swish_code(const HardSwishParams& p, std::int8_t code) {
  const auto x = static_cast<std::int16_t>((code - p.input_zero_point) * 128);
  const std::int16_t on_output_scale = doubling_high_mul_16(x, p.output_multiplier);
  std::int16_t relu = x;
  if (p.relu_exponent > 0) relu = saturate_16(static_cast<std::int32_t>(relu) * (1 << (p.relu_exponent - 1)));
  relu = doubling_high_mul_16(relu, p.relu_multiplier);
  if (p.relu_exponent > 0) relu = saturate_16(static_cast<std::int32_t>(relu) * 2);
  if (p.relu_exponent < 0) relu = static_cast<std::int16_t>(divide_by_power_of_two(relu, -p.relu_exponent));
  relu = static_cast<std::int16_t>((relu + (1 << 15)) >> 1);  // [-1, 1] to [0, 1]
  const auto product = static_cast<std::int16_t>(static_cast<std::int32_t>(relu) * on_output_scale / (1 << 15));
  const std::int32_t y = divide_by_power_of_two(product, -p.output_exponent) + p.output_zero_point;
  return static_cast<std::int8_t>(clamp<std::int32_t>(y, INT8_MIN, INT8_MAX));
}

}  // namespace mltk::micro
