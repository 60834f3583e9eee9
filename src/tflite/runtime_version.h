#pragma once

#include <string>

#include "tflite/model.h"

namespace mltk::tflite {

/// The oldest TensorFlow Lite that knows all operators of the model in their versions: "1.14.0". Versions that the
/// converter's table does not have are ignored; empty when it has none of them.
std::string min_runtime_version(const Model& model);

/// Store it under the metadata name "min_runtime_version", as 16 bytes padded with zeros.
void set_min_runtime_version(Model& model);

}  // namespace mltk::tflite
