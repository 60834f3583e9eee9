#pragma once

#include "tflite/model.h"

namespace mltk::quantize {

/// Bring a model into the form that current converters write: unused tensors and buffers dropped; inputs first, then
/// constants from the last operator to the first, then one activation after another; a buffer for each tensor; operator
/// versions and min_runtime_version by what the operators are.
tflite::Model arrange(const tflite::Model& model);

}  // namespace mltk::quantize
