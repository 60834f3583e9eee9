#pragma once

#include "micro/finish.h"
#include "micro/fully_connected.h"
#include "simd/kernel.h"

namespace mltk::simd {

/// micro::fully_connected of int8 with constant weights whose zero point is 0, in every bit. Reads `weights`, `bias`
/// (may be null) and `finish` only now. Null where the zero point is out of all reason.
Int8Kernel fully_connected(const micro::FullyConnectedShape& shape, std::int32_t input_offset,
                           const std::int8_t* weights, const std::int32_t* bias, const micro::Requantize& finish);
/// The same of real numbers.
FloatKernel fully_connected(const micro::FullyConnectedShape& shape, const float* weights, const float* bias,
                            const micro::ClampFloat& finish);

}  // namespace mltk::simd
