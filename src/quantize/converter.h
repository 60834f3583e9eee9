#pragma once

#include <string>

#include "graph/graph.h"
#include "tflite/model.h"

namespace mltk::quantize {

/// The float .tflite model of an inference graph, as TensorFlow Lite's converter makes it: constants folded, batch
/// normalization and activations fused, layouts and names of the format.
///
/// Shared weights and variables are copied. Throws Error(unsupported) for a graph operator that the device has no
/// operator for; the error names the layer and the line of the specification. Throws Error(invalid_model) when a weight
/// is not finite.
tflite::Model convert_to_float(const Graph& inference, const std::string& description = "");

}  // namespace mltk::quantize
