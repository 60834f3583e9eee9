#pragma once

#include <cstdint>
#include <vector>

#include "tflite/model.h"

namespace mltk::tflite {

/// The bytes of a .tflite file. The same model gives the same bytes; buffers start at multiples of 16.
/// Throws Error(unsupported) for an operator whose options are opaque, Error(invalid_argument) for options of
/// another operator's type.
std::vector<std::uint8_t> write_model(const Model& model);

}  // namespace mltk::tflite
