#pragma once

#include <cstddef>

#include "micro/add.h"
#include "simd/kernel.h"

namespace mltk::simd {

/// Whether the parameters are those of int8 codes with sensible zero points and scales.
constexpr bool can_add(const micro::AddParams& params) {
  return params.left_shift == 20 && is_code_offset(params.offset_a) && is_code_offset(params.offset_b) &&
         params.multiplier_a.shift <= 0 && params.multiplier_a.shift > -31 && params.multiplier_b.shift <= 0 &&
         params.multiplier_b.shift > -31;
}

/// micro::add of two tensors of int8 with the same shape, in every bit, for parameters that can_add() takes.
void add(const micro::AddParams& params, const std::int8_t* a, const std::int8_t* b, std::int8_t* output,
         std::size_t count);

}  // namespace mltk::simd
