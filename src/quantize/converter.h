#pragma once

#include <string>

#include "graph/graph.h"
#include "quantize/rsqrt.h"
#include "tflite/model.h"

namespace mltk::quantize {

struct ConvertOptions {
  std::string description;
  std::string model_name = "model";  ///< of the Keras model: the order of branches depends on names
  /// The model takes one sample at a time. Then shapes are constants and dilated convolutions stay one operator.
  bool fixed_batch = false;
  Rsqrt rsqrt = portable_rsqrt;  ///< for batch normalization
};

/// The float .tflite model of an inference graph, as TensorFlow Lite's converter makes it: constants folded, batch
/// normalization and activations fused, operators in its order, layouts and names of the format.
///
/// Shared weights and variables are copied. Throws Error(unsupported) for a graph operator that the device has no
/// operator for; the error names the layer and the line of the specification. Throws Error(invalid_model) when a weight
/// is not finite.
tflite::Model convert_to_float(const Graph& inference, const ConvertOptions& options = {});

}  // namespace mltk::quantize
