#pragma once

#include "micro/finish.h"
#include "micro/window.h"
#include "simd/kernel.h"

namespace mltk::simd {

/// micro::depthwise_conv_2d of int8 with constant weights, in every bit. Reads `filter`, `bias` (may be null) and
/// `finish` only now. Null where zero point or size are out of all reason.
Int8Kernel depthwise_conv_2d(const micro::Window2d& window, std::int32_t input_offset, const std::int8_t* filter,
                             const std::int32_t* bias, const micro::Requantize& finish);

}  // namespace mltk::simd
