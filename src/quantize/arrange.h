#pragma once

#include "quantize/versions.h"
#include "tflite/model.h"

namespace mltk::quantize {

/// Bring a model into the form that current converters write: unused tensors and buffers dropped, equal constants kept
/// once; inputs first, then constants from the last operator to the first, then one activation after another; a buffer
/// for each tensor; operator versions, and min_runtime_version by them. The older quantizer leaves the
/// min_runtime_version of the float model.
tflite::Model arrange(const tflite::Model& model, Versions versions = Versions::current);

}  // namespace mltk::quantize
