#include "audio/feature_settings.h"

#include <bit>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "base/error.h"

namespace mltk::audio {
namespace {

constexpr int kLargest = 10'000'000;
constexpr int kSmallestWindow = 3;       // a transform of 4 points
constexpr int kLargestWindow = 1 << 14;  // bins are counted in 16 bits
constexpr int kLargestChannels = 1 << 14;

template <class T>
void within(std::string_view name, T value, std::type_identity_t<T> low, std::type_identity_t<T> high) {
  if (!(value >= low && value <= high)) {
    fail(ErrorKind::invalid_argument, "audio feature generator: {} is {}, expected {} to {}; change this setting", name,
         value, low, high);
  }
}

void check_lengths(const FeatureSettings& s) {
  within("sample_rate_hz", s.sample_rate_hz, 1, kLargest);
  within("sample_length_ms", s.sample_length_ms, 1, kLargest);
  within("window_size_ms", s.window_size_ms, 1, kLargest);
  within("window_step_ms", s.window_step_ms, 1, kLargest);
  within("filterbank_n_channels", s.filterbank_n_channels, 1, kLargestChannels);
  if (static_cast<long long>(s.sample_length_ms) * s.sample_rate_hz / 1000 > INT32_MAX) {
    fail(ErrorKind::invalid_argument,
         "audio feature generator: {} ms at {} Hz are more samples than 2^31 - 1; reduce sample_length_ms",
         s.sample_length_ms, s.sample_rate_hz);
  }
  if (s.window_step() < 1) {
    fail(ErrorKind::invalid_argument,
         "audio feature generator: a window_step_ms of {} at {} Hz is less than one sample; increase it",
         s.window_step_ms, s.sample_rate_hz);
  }
  if (s.window_size() < kSmallestWindow || s.window_size() > kLargestWindow) {
    fail(ErrorKind::invalid_argument,
         "audio feature generator: a window_size_ms of {} at {} Hz is {} samples, expected {} to {}; change it",
         s.window_size_ms, s.sample_rate_hz, s.window_size(), kSmallestWindow, kLargestWindow);
  }
  if (s.window_step() > s.window_size()) {
    fail(ErrorKind::invalid_argument,
         "audio feature generator: window_step_ms is {}, expected at most window_size_ms, {}: samples between the "
         "windows "
         "would be lost; reduce the step",
         s.window_step_ms, s.window_size_ms);
  }
  if (s.window_size() > s.sample_length()) {
    fail(ErrorKind::invalid_argument,
         "audio feature generator: window_size_ms is {}, expected at most sample_length_ms, {}; a sample must hold one "
         "window",
         s.window_size_ms, s.sample_length_ms);
  }
}

void check_stages(const FeatureSettings& s) {
  if (s.noise_reduction_enable) {
    within("noise_reduction_smoothing_bits", s.noise_reduction_smoothing_bits, 0, 31);
    within("noise_reduction_even_smoothing", s.noise_reduction_even_smoothing, 0, 1);
    within("noise_reduction_odd_smoothing", s.noise_reduction_odd_smoothing, 0, 1);
    within("noise_reduction_min_signal_remaining", s.noise_reduction_min_signal_remaining, 0, 1);
  }
  if (s.pcan_enable) {
    if (!s.noise_reduction_enable) {
      fail(ErrorKind::invalid_argument,
           "audio feature generator: pcan_enable is on without noise_reduction_enable, whose noise estimate it needs; "
           "turn noise "
           "reduction on or pcan off");
    }
    within("pcan_gain_bits", s.pcan_gain_bits, 0, 30);
    within("pcan_strength", s.pcan_strength, -10, 10);
    within("pcan_offset", s.pcan_offset, 1e-3F, 1e9F);
  }
  if (s.log_scale_enable) within("log_scale_shift", s.log_scale_shift, 0, 11);
  if (s.activity_detection_enable) {
    within("activity_detection_alpha_a", s.activity_detection_alpha_a, 0, 1);
    within("activity_detection_alpha_b", s.activity_detection_alpha_b, 0, 1);
    constexpr float kLargestThreshold = 32767.0F / 4096;
    within("activity_detection_arm_threshold", s.activity_detection_arm_threshold, 0, kLargestThreshold);
    within("activity_detection_trip_threshold", s.activity_detection_trip_threshold, 0, kLargestThreshold);
  }
  if (s.dc_notch_filter_enable) {
    within("dc_notch_filter_coefficient", s.dc_notch_filter_coefficient, 0, 32767.0F / 32768);
  }
  if (s.quantize_dynamic_scale_enable)
    within("quantize_dynamic_scale_range_db", s.quantize_dynamic_scale_range_db, 0, 1000);
}

}  // namespace

int FeatureSettings::fft_length() const {
  return static_cast<int>(std::bit_ceil(static_cast<unsigned>(window_size())));
}

void FeatureSettings::validate() const {
  check_lengths(*this);
  if (!(filterbank_lower_band_limit >= 0 && filterbank_lower_band_limit < filterbank_upper_band_limit)) {
    fail(ErrorKind::invalid_argument,
         "audio feature generator: filterbank_lower_band_limit is {} Hz, expected at least 0 and less than "
         "filterbank_upper_band_limit, {} Hz; change the limits",
         filterbank_lower_band_limit, filterbank_upper_band_limit);
  }
  check_stages(*this);
}

}  // namespace mltk::audio
