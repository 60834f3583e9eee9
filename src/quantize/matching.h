#pragma once

#include <map>

#include "tflite/model.h"

namespace mltk::quantize {

/// For each activation of a float model the tensor of a quantized model of the same network that holds the same, by
/// the place in the list of operators; QUANTIZE and DEQUANTIZE are left aside. Inputs of the model are those that the
/// first operator reads. Throws Error(invalid_model) when the operators are not the same.
std::map<std::int32_t, std::int32_t> match_activations(const tflite::Model& float_model,
                                                       const tflite::Model& quantized);

}  // namespace mltk::quantize
