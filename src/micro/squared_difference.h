#pragma once

#include "micro/add.h"

namespace mltk::micro {

/// (a - b)^2 on codes, which are brought to a common scale first; `multiplier_out` is for the square.
template <class Value>
void squared_difference(const AddParams& p, const Broadcast& shape, const Value* a, const Value* b, Value* output) {
  for_each_pair(shape, [&](std::ptrdiff_t i, std::ptrdiff_t j) {
    const std::int32_t difference = multiply(shift_left(a[i] + p.offset_a, p.left_shift), p.multiplier_a) -
                                    multiply(shift_left(b[j] + p.offset_b, p.left_shift), p.multiplier_b);
    const std::int32_t square = difference * difference;
    *output++ = static_cast<Value>(to_code(multiply(square, p.multiplier_out), p.output_zero_point, p.low, p.high));
  });
}

}  // namespace mltk::micro
