#pragma once

#include <string>
#include <vector>

#include "quantize/change.h"
#include "spec/convert.h"

namespace mltk {

/// A way to lose less by quantization, tried on the same samples.
struct Remedy {
  std::string what;
  std::string cost;
  quantize::Quality quality;
};

/// What quantization does to a trained model on real samples.
struct QuantizationReport {
  quantize::Quality quality;
  std::vector<Remedy> remedies;                  ///< of the whole model, the cheapest first
  std::vector<quantize::PoorLayer> poor_layers;  ///< of an int8 model
  tflite::Model quantized;
};

/// Quantize `model` as `settings` say, with the ranges of `calibration`, look at it on `samples`, and try what could
/// help: the ranges of `samples` too, for int8 16-bit activations, and for each of its poor layers what suits the
/// cause. Throws as convert_model and measure_quality; Error(invalid_argument) when the settings do not make an int8 or
/// int16x8 model.
QuantizationReport quantization_report(const keras::Model& model, const ConverterSettings& settings,
                                       const quantize::Samples& calibration, const quantize::Samples& samples);

/// The remedy to propose: the cheapest that halves the number of samples that change class, or for a model that is no
/// classifier gains 6 dB at the output. Null when nothing needs to be done (at most one sample
/// in a hundred changes class, or 30 dB at the output) or nothing helps.
const Remedy* proposed_remedy(const QuantizationReport& report);

/// Tables: layers in their order, samples that change class, layers that lose much with the cheapest remedy for each,
/// remedies for the whole model with what they cost and gain; and the proposal.
std::string to_text(const QuantizationReport& report);

/// One sample after another.
quantize::SampleSource source_of(const quantize::Samples& samples);

}  // namespace mltk
