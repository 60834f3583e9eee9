#pragma once

#include "micro/broadcast.h"
#include "micro/fixed_point.h"

namespace mltk::micro {

struct MulParams {
  std::int32_t offset_a = 0;  ///< -zero point
  std::int32_t offset_b = 0;
  Multiplier multiplier;
  std::int32_t output_zero_point = 0;
  std::int32_t low = 0;
  std::int32_t high = 0;
};

template <class Value>
void mul(const MulParams& p, const Broadcast& shape, const Value* a, const Value* b, Value* output) {
  for_each_pair(shape, [&](std::ptrdiff_t i, std::ptrdiff_t j) {
    const std::int32_t product = (a[i] + p.offset_a) * (b[j] + p.offset_b);
    *output++ = static_cast<Value>(to_code(multiply(product, p.multiplier), p.output_zero_point, p.low, p.high));
  });
}

}  // namespace mltk::micro
