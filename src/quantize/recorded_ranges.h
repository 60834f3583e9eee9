#pragma once

#include "quantize/calibrate.h"

namespace mltk::quantize {

/// The ranges that an earlier int8 model of the same network was made with, from its scales and zero points, or as the
/// older quantizer kept them: a network can be quantized again without samples.
///
/// `float_model` is what is to be quantized. Throws Error(invalid_model) when the operators of the two are not the
/// same, leaving QUANTIZE and DEQUANTIZE aside, or the recorded model is not int8.
Ranges recorded_ranges(const tflite::Model& float_model, const tflite::Model& recorded);

}  // namespace mltk::quantize
