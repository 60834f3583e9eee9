#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "quantize/quality.h"
#include "quantize/quantize.h"

namespace mltk::quantize {

/// A deviation from the converter's way to int8, to lose less. `at` is a place among the float model's operators, for
/// `with` and `without` a sample.
struct Change {
  enum class Kind : std::uint8_t {
    with,         ///< calibrate with one of the samples that the report looks at too
    without,      ///< leave a sample out of the calibration
    equalize,     ///< even out the channels that reach the operator from the one before
    per_channel,  ///< FULLY_CONNECTED: a scale for each unit's weights
    stay_float,   ///< compute the operator in float
  };
  Kind kind = Kind::without;
  std::size_t at = 0;

  bool operator==(const Change&) const = default;
};

/// "with:5", "without:5", "equalize:3", "per-channel:7", "float:3".
std::string to_string(const Change& change);
/// Throws Error(invalid_argument) for other texts.
Change parse_change(std::string_view text);

/// A quantized model, and the float model that it computes as, whose channels may be evened out.
struct Changed {
  tflite::Model float_model;
  tflite::Model quantized;
};
/// Calibrate and quantize to int8 with changes; `more` has the samples that `with` adds. Throws as calibrate and
/// quantize_int8, and Error(invalid_argument) for a change that does not suit the model.
Changed quantize_changed(const tflite::Model& float_model, const Samples& calibration, const Samples& more,
                         const QuantizeOptions& options, std::span<const Change> changes);

/// How far values of a float activation go from zero.
struct Reach {
  std::vector<float> of_sample;
  std::vector<float> of_channel;  ///< the last axis
};
/// Of each float activation of the main subgraph. Throws as calibrate.
std::map<std::int32_t, Reach> reaches(const tflite::Model& float_model, const Samples& samples);

/// A trial of what may help a layer.
struct Remedy {
  std::vector<Change> changes;
  std::string cause;
  tflite::Model quantized;
  std::size_t samples = 0;  ///< that were looked at, before and after: without one that is left out of the calibration
  double layer_db_before = 0;
  double layer_db = 0;
  double output_db_before = 0;
  double output_db = 0;
};

/// A layer that loses much, and the cheapest remedy that helps it.
struct PoorLayer {
  LayerQuality quality;
  double input_db = 0;        ///< signal to noise of the worst of its inputs
  std::vector<Remedy> tried;  ///< the cheapest first
  /// Null when nothing gains 3 dB.
  const Remedy* remedy() const;
};

/// The layers of the int8 model whose signal to noise is below 25 dB and 3 dB or more below that of all their inputs,
/// the largest loss first, `most` of them; what suits the cause was tried on `samples`.
std::vector<PoorLayer> poor_layers(const tflite::Model& float_model, const Samples& calibration,
                                   const QuantizeOptions& options, const Samples& samples, std::size_t most);

}  // namespace mltk::quantize
