#pragma once

#include <cstdint>

namespace mltk::micro {

/// `sum` and the products (x + offset) * w, added one after another. Integers of 8 bits are widened to 16 so that
/// compilers find their multiply-add instruction for pairs.
inline std::int32_t dot(const std::int8_t* x, const std::int8_t* w, int count, std::int32_t offset, std::int32_t sum) {
  for (int i = 0; i < count; ++i) {
    sum += static_cast<std::int16_t>(x[i] + offset) * static_cast<std::int16_t>(w[i]);
  }
  return sum;
}

template <class Accumulator, class Input, class Weight>
Accumulator dot(const Input* x, const Weight* w, int count, std::int32_t offset, Accumulator sum) {
  for (int i = 0; i < count; ++i)
    sum += static_cast<Accumulator>(x[i] + static_cast<Input>(offset)) * static_cast<Accumulator>(w[i]);
  return sum;
}

}  // namespace mltk::micro
