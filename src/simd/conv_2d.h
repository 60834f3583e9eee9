#pragma once

#include "micro/finish.h"
#include "micro/window.h"
#include "simd/kernel.h"

namespace mltk::simd {

/// micro::conv_2d of int8 with constant weights, in every bit. Reads `filter`, `bias` (may be null) and `finish` only
/// now. Null for convolutions in groups, and where zero point or size are out of all reason.
Int8Kernel conv_2d(const micro::Window2d& window, int filter_c, std::int32_t input_offset, const std::int8_t* filter,
                   const std::int32_t* bias, const micro::Requantize& finish);
/// The same of real numbers.
FloatKernel conv_2d(const micro::Window2d& window, int filter_c, const float* filter, const float* bias,
                    const micro::ClampFloat& finish);

}  // namespace mltk::simd
