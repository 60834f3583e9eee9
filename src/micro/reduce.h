#pragma once

#include "micro/fixed_point.h"
#include "micro/walk.h"

namespace mltk::micro {

/// Sum over the inner walk at each step of the outer one: output = finish(sum).
template <class Accumulator, class Value, class Finish>
void reduce_sum(const Walk& outer, const Walk& inner, const Value* input, Value* output, const Finish& finish) {
  for_each_offset(outer, [&](std::ptrdiff_t base) {
    Accumulator sum = 0;
    for_each_offset(inner, [&](std::ptrdiff_t offset) { sum += static_cast<Accumulator>(input[base + offset]); });
    *output++ = static_cast<Value>(finish(sum));
  });
}

/// Fold with `combine`, starting from the first element.
template <class Value, class Combine>
void reduce_fold(const Walk& outer, const Walk& inner, const Value* input, Value* output, const Combine& combine) {
  for_each_offset(outer, [&](std::ptrdiff_t base) {
    Value result = input[base];
    for_each_offset(inner, [&](std::ptrdiff_t offset) { result = combine(result, input[base + offset]); });
    *output++ = result;
  });
}

/// MEAN and SUM on codes: the multiplier of MEAN contains 1 / count.
struct SumFinish {
  std::int32_t zero_points = 0;  ///< input zero point * count
  Multiplier multiplier;
  std::int32_t output_zero_point = 0;
  std::int32_t low = 0;
  std::int32_t high = 0;

  std::int32_t operator()(std::int32_t sum) const {
    return to_code(multiply(add_wrapping(sum, -zero_points), multiplier), output_zero_point, low, high);
  }
};

}  // namespace mltk::micro
