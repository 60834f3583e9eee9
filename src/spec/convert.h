#pragma once

#include <functional>

#include "keras/model.h"
#include "quantize/calibrate.h"
#include "tflite/model.h"

namespace mltk {

/// The part of MLTK's `tflite_converter` settings that decides what a .tflite is like.
struct ConverterSettings {
  bool optimize = true;    ///< `optimizations` is not empty
  bool int8_only = false;  ///< `supported_ops` asks for TFLITE_BUILTINS_INT8
  tflite::TensorType input_type = tflite::TensorType::float32;
  tflite::TensorType output_type = tflite::TensorType::float32;
};

/// Convert a trained model: float without optimizations, int8 with representative samples (`samples` is set), weights
/// alone int8 without. Throws Error(invalid_argument) when int8 is asked for and there are no samples,
/// Error(unsupported) for layers without operator on the device.
tflite::Model convert_model(const keras::Model& model, const ConverterSettings& settings,
                            const quantize::SampleSource& samples);

}  // namespace mltk
