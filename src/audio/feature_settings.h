#pragma once

#include <cstddef>

namespace mltk::audio {

/// What the feature generator does. The fields are the parameters `fe.*` of a model file; Python's
/// AudioFeatureGeneratorSettings holds the same.
struct FeatureSettings {
  int sample_rate_hz = 16000;
  int sample_length_ms = 1000;
  int window_size_ms = 25;
  int window_step_ms = 10;

  int filterbank_n_channels = 32;
  float filterbank_upper_band_limit = 7500;  ///< Hz, at most half the rate
  float filterbank_lower_band_limit = 125;   ///< Hz

  bool noise_reduction_enable = false;
  int noise_reduction_smoothing_bits = 10;
  float noise_reduction_even_smoothing = 0.025F;
  float noise_reduction_odd_smoothing = 0.06F;
  float noise_reduction_min_signal_remaining = 0.05F;

  bool pcan_enable = false;  ///< needs noise reduction
  float pcan_strength = 0.95F;
  float pcan_offset = 80;
  int pcan_gain_bits = 21;

  bool log_scale_enable = true;
  int log_scale_shift = 6;

  bool activity_detection_enable = false;
  float activity_detection_alpha_a = 0.5F;
  float activity_detection_alpha_b = 0.8F;
  float activity_detection_arm_threshold = 0.75F;
  float activity_detection_trip_threshold = 0.8F;

  bool dc_notch_filter_enable = false;
  float dc_notch_filter_coefficient = 0.95F;

  bool quantize_dynamic_scale_enable = false;
  float quantize_dynamic_scale_range_db = 40;

  int sample_length() const { return frames(sample_length_ms); }  ///< in samples
  int window_size() const { return frames(window_size_ms); }      ///< in samples
  int window_step() const { return frames(window_step_ms); }      ///< in samples
  int fft_length() const;                                         ///< smallest power of two >= the window

  /// Frames in a sample of the whole length.
  int height() const { return (sample_length() - window_size()) / window_step() + 1; }
  int width() const { return filterbank_n_channels; }
  std::size_t elements() const { return static_cast<std::size_t>(height()) * static_cast<std::size_t>(width()); }

  /// Throws Error(invalid_argument) that names the setting, its value, what is possible and a remedy. The limits of the
  /// filter bank are checked when it is built.
  void validate() const;

  bool operator==(const FeatureSettings&) const = default;

 private:
  int frames(int milliseconds) const {
    return static_cast<int>(static_cast<long long>(milliseconds) * sample_rate_hz / 1000);
  }
};

/// visit("sample_rate_hz", settings.sample_rate_hz) for every field, in the order of the parameters `fe.*`.
template <class Settings, class Visit>
void visit_fields(Settings& settings, const Visit& visit) {
#define MLTK_VISIT(name) visit(#name, settings.name)
  MLTK_VISIT(sample_rate_hz);
  MLTK_VISIT(sample_length_ms);
  MLTK_VISIT(window_size_ms);
  MLTK_VISIT(window_step_ms);
  MLTK_VISIT(filterbank_n_channels);
  MLTK_VISIT(filterbank_upper_band_limit);
  MLTK_VISIT(filterbank_lower_band_limit);
  MLTK_VISIT(noise_reduction_enable);
  MLTK_VISIT(noise_reduction_smoothing_bits);
  MLTK_VISIT(noise_reduction_even_smoothing);
  MLTK_VISIT(noise_reduction_odd_smoothing);
  MLTK_VISIT(noise_reduction_min_signal_remaining);
  MLTK_VISIT(pcan_enable);
  MLTK_VISIT(pcan_strength);
  MLTK_VISIT(pcan_offset);
  MLTK_VISIT(pcan_gain_bits);
  MLTK_VISIT(log_scale_enable);
  MLTK_VISIT(log_scale_shift);
  MLTK_VISIT(activity_detection_enable);
  MLTK_VISIT(activity_detection_alpha_a);
  MLTK_VISIT(activity_detection_alpha_b);
  MLTK_VISIT(activity_detection_arm_threshold);
  MLTK_VISIT(activity_detection_trip_threshold);
  MLTK_VISIT(dc_notch_filter_enable);
  MLTK_VISIT(dc_notch_filter_coefficient);
  MLTK_VISIT(quantize_dynamic_scale_enable);
  MLTK_VISIT(quantize_dynamic_scale_range_db);
#undef MLTK_VISIT
}

}  // namespace mltk::audio
