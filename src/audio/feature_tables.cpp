#include "audio/feature_tables.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "base/error.h"

namespace mltk::audio {
namespace {

constexpr int kWeightBits = 12;
/// FFT lengths of this many bits need no correction of the scale.
constexpr int kReferenceFftBits = 6;

float mel_of(float hertz) { return static_cast<float>(1127.0 * std::log1p(hertz / 700.0)); }

/// A value in fixed point with `bits` fraction bits, cut.
int fixed(float value, int bits) { return static_cast<int>(value * static_cast<float>(1 << bits)); }

std::int16_t rounded_weight(double weight) {
  return static_cast<std::int16_t>(std::floor(weight * (1 << kWeightBits) + 0.5));
}

std::int16_t to_q15(double value) { return static_cast<std::int16_t>(std::floor(0.5 + 32767 * value)); }
Complex16 unit_vector(double angle) { return {to_q15(std::cos(angle)), to_q15(std::sin(angle))}; }

/// The frontend works with amplitudes of a transform that divides by its length; longer ones lose this many bits more.
int correction_bits(int fft_length) {
  return static_cast<int>(std::bit_width(static_cast<unsigned>(fft_length))) - 1 - kReferenceFftBits;
}

class GainFunction {
 public:
  GainFunction(const FeatureSettings& settings, int input_bits)
      : strength_(settings.pcan_strength),
        offset_(settings.pcan_offset),
        scale_(static_cast<float>(std::uint32_t{1} << settings.pcan_gain_bits)),
        unit_(static_cast<float>(std::uint32_t{1} << input_bits)) {}

  /// The gain at a noise estimate.
  std::int16_t operator()(std::uint32_t x) const {
    const float gain = scale_ * std::pow(static_cast<float>(x) / unit_ + offset_, -strength_);
    return gain > 32767.0F ? std::int16_t{32767} : static_cast<std::int16_t>(gain + 0.5F);
  }

 private:
  float strength_;
  float offset_;
  float scale_;
  float unit_;
};

}  // namespace

FeatureTables::FeatureTables(const FeatureSettings& settings) {
  settings.validate();
  FrontendConstants& c = constants_;
  c.window = settings.window_size();
  c.step = settings.window_step();
  c.fft_length = settings.fft_length();
  c.channels = settings.filterbank_n_channels;
  fill_window();
  fill_twiddles();
  fill_filterbank(settings);
  c.activity = {settings.activity_detection_enable,
                fixed(settings.activity_detection_alpha_a, 8),
                fixed(settings.activity_detection_alpha_b, 8),
                fixed(settings.activity_detection_arm_threshold, 12),
                fixed(settings.activity_detection_trip_threshold, 12),
                static_cast<int>(std::bit_width(static_cast<unsigned>(c.channels) - 1))};
  c.noise = {settings.noise_reduction_enable, settings.noise_reduction_smoothing_bits,
             static_cast<std::uint32_t>(fixed(settings.noise_reduction_even_smoothing, 14)),
             static_cast<std::uint32_t>(fixed(settings.noise_reduction_odd_smoothing, 14)),
             static_cast<std::uint32_t>(fixed(settings.noise_reduction_min_signal_remaining, 14))};
  if (settings.pcan_enable) fill_gains(settings);
  c.log = {settings.log_scale_enable, settings.log_scale_shift, correction_bits(c.fft_length)};
  c.dc_notch = {settings.dc_notch_filter_enable, fixed(settings.dc_notch_filter_coefficient, 15)};
}

void FeatureTables::fill_window() {
  const auto step = static_cast<float>(2 * std::numbers::pi / static_cast<float>(constants_.window));
  for (int i = 0; i < constants_.window; ++i) {
    const auto value = static_cast<float>(0.5 - 0.5 * std::cos(static_cast<float>(step * (i + 0.5))));
    window_.push_back(rounded_weight(value));
  }
  constants_.window_coefficients = window_.data();
}

void FeatureTables::fill_twiddles() {
  constexpr double kPi = std::numbers::pi;
  const int half = constants_.fft_length / 2;
  for (int i = 0; i < half; ++i) twiddles_.push_back(unit_vector(-2 * kPi * i / half));
  for (int i = 0; i < half / 2; ++i) super_twiddles_.push_back(unit_vector(-kPi * ((i + 1.0) / half + 0.5)));
  constants_.twiddles = twiddles_.data();
  constants_.super_twiddles = super_twiddles_.data();
}

void FeatureTables::fill_filterbank(const FeatureSettings& settings) {
  FrontendConstants& c = constants_;
  const int bins = c.fft_length / 2 + 1;
  const float low = mel_of(settings.filterbank_lower_band_limit);
  const float high = mel_of(settings.filterbank_upper_band_limit);
  const float spacing = (high - low) / static_cast<float>(c.channels + 1);
  const auto hertz_per_bin = static_cast<float>(0.5 * settings.sample_rate_hz / (static_cast<float>(bins) - 1));
  c.first_bin = static_cast<int>(1.5 + settings.filterbank_lower_band_limit / hertz_per_bin);
  int bin = c.first_bin;
  float lower_centre = low;
  for (int band = 0; band <= c.channels; ++band) {
    const float centre = low + spacing * static_cast<float>(band + 1);
    for (; bin <= bins; ++bin) {
      const float mel = mel_of(static_cast<float>(bin) * hertz_per_bin);
      if (mel > centre) break;
      const float weight = (centre - mel) / (centre - lower_centre);
      weights_.push_back(rounded_weight(weight));
      unweights_.push_back(rounded_weight(1.0 - weight));
    }
    band_ends_.push_back(static_cast<std::int16_t>(bin));
    lower_centre = centre;
  }
  c.end_bin = bin;
  if (c.end_bin > bins) {
    fail(ErrorKind::invalid_argument,
         "audio feature generator: filterbank_upper_band_limit is {} Hz, but the spectrum ends at half of "
         "sample_rate_hz, {} Hz; "
         "lower the limit",
         settings.filterbank_upper_band_limit, settings.sample_rate_hz / 2.0);
  }
  c.band_ends = band_ends_.data();
  c.weights = weights_.data();
  c.unweights = unweights_.data();
}

void FeatureTables::fill_gains(const FeatureSettings& settings) {
  constexpr int kSnrBits = 12;
  const int correction = correction_bits(constants_.fft_length);
  const int input_bits = settings.noise_reduction_smoothing_bits - correction;
  const int snr_shift = settings.pcan_gain_bits - correction - kSnrBits;
  if (input_bits < 0 || input_bits > 31) {
    fail(ErrorKind::invalid_argument,
         "audio feature generator: noise_reduction_smoothing_bits is {}, expected {} to 31 with pcan_enable and an FFT "
         "of {} "
         "points; change it",
         settings.noise_reduction_smoothing_bits, std::max(correction, 0), constants_.fft_length);
  }
  if (snr_shift < 0) {
    fail(ErrorKind::invalid_argument,
         "audio feature generator: pcan_gain_bits is {}, expected {} to 30 with an FFT of {} points; increase it",
         settings.pcan_gain_bits, correction + kSnrBits, constants_.fft_length);
  }
  const GainFunction gain(settings, input_bits);
  gains_ = {gain(0), gain(1)};
  for (int interval = 2; interval <= 32; ++interval) {
    const std::uint32_t x0 = std::uint32_t{1} << (interval - 1);
    const std::uint32_t x1 = x0 + (x0 >> 1);
    const std::uint32_t x2 = interval == 32 ? x0 + (x0 - 1) : 2 * x0;
    const int y0 = gain(x0);
    const int d1 = gain(x1) - y0;
    const int d2 = gain(x2) - y0;
    const int slope = 4 * d1 - d2;
    gains_.push_back(static_cast<std::int16_t>(y0));
    gains_.push_back(static_cast<std::int16_t>(slope));
    gains_.push_back(static_cast<std::int16_t>(d2 - slope));
  }
  MLTK_ASSERT(gains_.size() == GainControl::kGains);
  constants_.gain = {true, gains_.data(), snr_shift};
}

}  // namespace mltk::audio
