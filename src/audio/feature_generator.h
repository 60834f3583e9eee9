#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "audio/batch_frontend.h"
#include "audio/feature_settings.h"
#include "audio/feature_tables.h"
#include "tensor/tensor.h"

namespace mltk::audio {

/// Turns int16 samples into the spectrograms of MLTK's feature generator, bit for bit: whole clips, or a stream.
/// One object serves one thread at a time.
class FeatureGenerator {
 public:
  /// Throws Error(invalid_argument) when the settings are impossible; see FeatureSettings::validate.
  explicit FeatureGenerator(const FeatureSettings& settings);
  FeatureGenerator(const FeatureGenerator&) = delete;
  FeatureGenerator& operator=(const FeatureGenerator&) = delete;

  const FeatureSettings& settings() const { return settings_; }

  /// The spectrogram [height, width] of a whole sample of settings().sample_length() values, from a state of zeros; a
  /// stream starts anew behind it. Throws Error(invalid_argument) when the lengths of `sample` or `spectrogram` are
  /// others.
  void process(std::span<const std::int16_t> sample, std::span<std::uint16_t> spectrogram);

  /// The same as `dtype`: uint16 the features, float32 their values, int8 quantized by the settings. Throws
  /// Error(invalid_argument) for another dtype.
  Tensor process(std::span<const std::int16_t> sample, DType dtype);

  /// Streaming: `frame` is called with the features [width] of every frame that `samples` complete. Frames are the rows
  /// that process() gives for the same samples.
  void push(std::span<const std::int16_t> samples, const std::function<void(std::span<const std::uint16_t>)>& frame);

  /// As before the first sample.
  void reset();

  /// Whether activity was detected since the last call or reset.
  bool activity_was_detected();

 private:
  void process_batch(std::span<const std::int16_t> sample, std::span<std::uint16_t> spectrogram);

  FeatureSettings settings_;
  FeatureTables tables_;
  std::vector<std::int16_t> samples_;
  std::vector<std::int16_t> windowed_;
  std::vector<Complex16> spectrum_;
  std::vector<std::uint32_t> signal_;
  std::vector<std::uint32_t> estimate_;
  std::vector<std::uint16_t> features_;
  FrontendState state_;
  std::optional<BatchFrontend> batch_;  ///< for whole clips, where the FFT is long enough
  std::vector<std::int16_t> filtered_;  ///< a clip behind the notch filter
  hwy::AlignedFreeUniquePtr<std::uint32_t[]> signals_;
};

/// A spectrogram [height, width] as int8 codes of the same count, by the rule that the settings choose.
void quantize(const FeatureSettings& settings, std::span<const std::uint16_t> spectrogram,
              std::span<std::int8_t> codes);

}  // namespace mltk::audio
