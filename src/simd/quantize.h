#pragma once

#include <cstddef>
#include <cstdint>

namespace mltk::simd {

/// micro::quantize of real numbers to int8 codes, in every bit.
void quantize(const float* x, float scale, std::int32_t zero_point, std::int8_t* output, std::size_t count);

}  // namespace mltk::simd
