#pragma once

#include "micro/broadcast.h"
#include "micro/fixed_point.h"

namespace mltk::micro {

/// Parameters of ADD and SUB on codes: both operands are brought to a common scale with `left_shift` more bits.
struct AddParams {
  std::int32_t offset_a = 0;  ///< -zero point
  std::int32_t offset_b = 0;
  int left_shift = 0;
  Multiplier multiplier_a;
  Multiplier multiplier_b;
  Multiplier multiplier_out;
  std::int32_t output_zero_point = 0;
  std::int32_t low = 0;
  std::int32_t high = 0;
  bool subtract = false;
};

template <class Value>
Value add_codes(const AddParams& p, Value a, Value b) {
  const std::int32_t scaled_a = multiply(shift_left(a + p.offset_a, p.left_shift), p.multiplier_a);
  const std::int32_t scaled_b = multiply(shift_left(b + p.offset_b, p.left_shift), p.multiplier_b);
  const std::int32_t sum = p.subtract ? scaled_a - scaled_b : scaled_a + scaled_b;
  return static_cast<Value>(to_code(multiply(sum, p.multiplier_out), p.output_zero_point, p.low, p.high));
}

template <class Value>
void add(const AddParams& params, const Broadcast& shape, const Value* a, const Value* b, Value* output) {
  for_each_pair(shape, [&](std::ptrdiff_t i, std::ptrdiff_t j) { *output++ = add_codes(params, a[i], b[j]); });
}

}  // namespace mltk::micro
