#pragma once

#include <functional>
#include <string>
#include <vector>

#include "keras/model.h"
#include "quantize/quality.h"
#include "tflite/model.h"

namespace mltk {

/// The part of MLTK's `tflite_converter` settings that decides what a .tflite is like. Names are TensorFlow Lite's.
struct ConverterSettings {
  bool optimize = true;                           ///< `optimizations` is not empty
  std::vector<std::string> supported_ops = {};    ///< of tf.lite.OpsSet; empty: TFLITE_BUILTINS
  std::vector<std::string> supported_types = {};  ///< `target_spec`'s: "float16" for float16 weights
  bool new_quantizer = true;                      ///< `experimental_new_quantizer`
  tflite::TensorType input_type = tflite::TensorType::float32;
  tflite::TensorType output_type = tflite::TensorType::float32;
  /// Changes of quantize::parse_change, of int8 alone: what the report of `mltk quantize --report` proposes.
  std::vector<std::string> remedies = {};
};

/// What kind of model the settings ask for.
enum class ConverterMode : std::uint8_t { float32, float16, dynamic_range, int8, int8_old_quantizer, int16x8 };

/// `has_samples`: there is a representative data set. Throws Error(invalid_argument or unsupported), naming the key,
/// for settings that contradict each other or that nothing is made of here.
ConverterMode mode_of(const ConverterSettings& settings, bool has_samples);

/// Convert a trained model as `settings` say. `samples` is empty without representative data set; `more` are those that
/// a remedy may add to it. Throws what mode_of throws, and Error(unsupported) for layers without operator on the
/// device.
tflite::Model convert_model(const keras::Model& model, const ConverterSettings& settings,
                            const quantize::SampleSource& samples, const quantize::Samples& more = {});

/// Quantize a trained model to int8 with the ranges of an earlier int8 model of the same network, without samples.
/// Throws as convert_model and quantize::recorded_ranges.
tflite::Model convert_model_with_ranges_of(const keras::Model& model, const ConverterSettings& settings,
                                           const tflite::Model& recorded);

/// The float .tflite of a Keras model.
tflite::Model convert_to_float(const keras::Model& model);

}  // namespace mltk
