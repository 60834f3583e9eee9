#pragma once

#include "micro/broadcast.h"
#include "micro/fixed_point.h"

namespace mltk::micro {

struct PreluParams {
  std::int32_t input_offset = 0;  ///< -zero point
  std::int32_t alpha_offset = 0;
  std::int32_t output_zero_point = 0;
  Multiplier positive;
  Multiplier negative;  ///< for input * alpha
  std::int32_t low = 0;
  std::int32_t high = 0;
};

/// x where it is positive, else x * alpha; alpha broadcasts.
template <class Value, class Alpha>
void prelu(const PreluParams& p, const Broadcast& shape, const Value* input, const Alpha* alpha, Value* output) {
  for_each_pair(shape, [&](std::ptrdiff_t i, std::ptrdiff_t j) {
    const std::int32_t x = input[i] + p.input_offset;
    const std::int32_t y = x >= 0 ? multiply(x, p.positive) : multiply(x * (alpha[j] + p.alpha_offset), p.negative);
    *output++ = static_cast<Value>(to_code(y, p.output_zero_point, p.low, p.high));
  });
}

}  // namespace mltk::micro
