#pragma once

#include "quantize/calibrate.h"
#include "tflite/model.h"

namespace mltk::quantize {

struct QuantizeOptions {
  tflite::TensorType input_type = tflite::TensorType::float32;   ///< float32, int8 or uint8
  tflite::TensorType output_type = tflite::TensorType::float32;  ///< float32, int8 or uint8
};

/// The int8 model of a float one and its calibrated ranges, by the rules of TensorFlow Lite's current quantizer:
/// weights of convolutions per channel, of fully connected operators per tensor, biases int32, activations from their
/// ranges, operators that move data in one scale.
///
/// Throws Error(unsupported) for an operator without int8 kernel and for other input and output types.
tflite::Model quantize_int8(const tflite::Model& model, const Ranges& ranges, const QuantizeOptions& options);

/// Weights of 1024 elements or more become int8, activations stay float: what `optimizations=[DEFAULT]` gives without
/// representative data. TensorFlow Lite Micro does not run it.
tflite::Model quantize_dynamic_range(const tflite::Model& model);

}  // namespace mltk::quantize
