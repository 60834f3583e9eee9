#pragma once

#include <set>

#include "quantize/calibrate.h"
#include "quantize/scales.h"
#include "tflite/model.h"

namespace mltk::quantize {

struct QuantizeOptions {
  tflite::TensorType input_type = tflite::TensorType::float32;   ///< float32, or what the mode has
  tflite::TensorType output_type = tflite::TensorType::float32;  ///< float32, or what the mode has
  /// Outputs of operators that stay float between DEQUANTIZE and QUANTIZE, of quantize_int8.
  std::set<std::int32_t> stay_float = {};
  /// Outputs of FULLY_CONNECTED whose weights get a scale for each unit, of quantize_int8.
  std::set<std::int32_t> per_channel = {};
};

/// The int8 model of a float one and its calibrated ranges, by the rules of TensorFlow Lite's current quantizer:
/// weights of convolutions per channel, of fully connected operators per tensor, biases int32, activations from their
/// ranges, operators that move data in one scale. What has no int8 kernel stays float between DEQUANTIZE and QUANTIZE.
///
/// Inputs and outputs can be float32, int8 or uint8; throws Error(unsupported) for other types.
tflite::Model quantize_int8(const tflite::Model& model, const Ranges& ranges, const QuantizeOptions& options);

/// Activations of the older quantizer.
enum class OldActivations : std::uint8_t {
  int8,   ///< `experimental_new_quantizer=False`
  int16,  ///< EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8: biases int64
};

/// The model by the rules of TensorFlow Lite's older quantizer, which makes int16x8 models to this day.
///
/// Inputs and outputs can be float32 or the type of the activations. Throws Error(unsupported) for other types and for
/// an operator that has no quantized kernel.
tflite::Model quantize_old(const tflite::Model& model, const Ranges& ranges, OldActivations activations,
                           const QuantizeOptions& options);

/// Weights of 1024 elements or more become int8, activations stay float: what `optimizations=[DEFAULT]` gives without
/// representative data. TensorFlow Lite Micro does not run it.
tflite::Model quantize_dynamic_range(const tflite::Model& model);

/// Every float constant becomes float16 with a DEQUANTIZE behind it: `supported_types=[tf.float16]`. Values that
/// float16 cannot hold become its largest. TensorFlow Lite Micro does not run it.
tflite::Model quantize_float16(const tflite::Model& model);

}  // namespace mltk::quantize
