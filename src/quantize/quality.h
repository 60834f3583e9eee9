#pragma once

#include <string>
#include <vector>

#include "quantize/calibrate.h"

namespace mltk::quantize {

/// Samples to look at: one tensor per model input [1, ...] each.
using Samples = std::vector<std::vector<Tensor>>;

/// What quantization did to the output of one operator, over all samples.
struct LayerQuality {
  std::size_t op = 0;              ///< its place among the float model's operators
  std::string name;                ///< of the tensor
  std::string opcode;              ///< "conv_2d"
  double signal_to_noise_db = 0;   ///< of the codes' values against the float ones; infinite when they are equal
  Range range;                     ///< of the float values
  std::int64_t widest_sample = 0;  ///< that has the value farthest from zero
  double saturated = 0;            ///< share of the float values that no code reaches
};

/// A sample whose class is another one after quantization.
struct ChangedSample {
  std::int64_t sample = 0;
  std::int64_t float_class = 0;
  std::int64_t quantized_class = 0;
  float float_score = 0;      ///< of the float model's class, by the float model
  float quantized_score = 0;  ///< of the same class, by the quantized model
};

struct Quality {
  std::int64_t samples = 0;
  std::vector<LayerQuality> layers;    ///< in the order of the operators
  bool classifies = false;             ///< the first output is [1, scores]
  std::vector<ChangedSample> changed;  ///< the largest loss of score first

  double output_signal_to_noise_db() const { return layers.empty() ? 0 : layers.back().signal_to_noise_db; }
};

/// Run both models on samples and compare them tensor by tensor. One score means a class from 0.5 on.
/// Throws Error(invalid_data) when there is no sample or one does not fit, Error(invalid_model) when the models do not
/// have the same operators.
Quality measure_quality(const tflite::Model& float_model, const tflite::Model& quantized, const Samples& samples);

}  // namespace mltk::quantize
