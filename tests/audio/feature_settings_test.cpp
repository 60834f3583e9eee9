#include "audio/feature_settings.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <string>

#include "audio/feature_tables.h"
#include "base/error.h"

namespace mltk::audio {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(FeatureSettings, DerivesLengths) {
  const FeatureSettings defaults;
  EXPECT_EQ(defaults.sample_length(), 16000);
  EXPECT_EQ(defaults.window_size(), 400);
  EXPECT_EQ(defaults.window_step(), 160);
  EXPECT_EQ(defaults.fft_length(), 512);
  EXPECT_EQ(defaults.height(), 98);
  EXPECT_EQ(defaults.width(), 32);
}

TEST(FeatureSettings, CutsFractionsOfSamples) {
  FeatureSettings settings;
  settings.sample_rate_hz = 11025;
  EXPECT_EQ(settings.window_size(), 275);
  EXPECT_EQ(settings.window_step(), 110);
  EXPECT_EQ(settings.sample_length(), 11025);
}

TEST(FeatureSettings, AnFftAsLongAsTheWindowIsLongEnough) {
  FeatureSettings settings;
  settings.window_size_ms = 32;
  EXPECT_EQ(settings.window_size(), 512);
  EXPECT_EQ(settings.fft_length(), 512);
}

struct Wrong {
  const char* name;
  std::function<void(FeatureSettings&)> change;
  const char* message;
};

class WrongSettings : public testing::TestWithParam<Wrong> {};

TEST_P(WrongSettings, AreNamedWithValueAndRange) {
  FeatureSettings settings;
  GetParam().change(settings);
  EXPECT_THAT([&] { FeatureTables{settings}; }, ThrowsMessage<Error>(HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongSettings,
    testing::Values(
        Wrong{"rate", [](auto& s) { s.sample_rate_hz = 0; }, "sample_rate_hz is 0, expected 1 to 10000000"},
        Wrong{"channels", [](auto& s) { s.filterbank_n_channels = -1; }, "filterbank_n_channels is -1, expected 1"},
        Wrong{"long",
              [](auto& s) {
                s.sample_length_ms = 10'000'000;
                s.sample_rate_hz = 1'000'000;
              },
              "more samples than 2^31"},
        Wrong{"step", [](auto& s) { s.window_step_ms = 26; },
              "window_step_ms is 26, expected at most window_size_ms, 25"},
        Wrong{"short_step",
              [](auto& s) {
                s.sample_rate_hz = 90;
                s.window_size_ms = 40;
              },
              "less than one sample"},
        Wrong{"window", [](auto& s) { s.window_size_ms = 1001; }, "expected at most sample_length_ms, 1000"},
        Wrong{"short_window", [](auto& s) { s.sample_rate_hz = 100; }, "is 2 samples, expected 3 to"},
        Wrong{"limits", [](auto& s) { s.filterbank_lower_band_limit = 7500; },
              "filterbank_lower_band_limit is 7500 Hz"},
        Wrong{"nyquist", [](auto& s) { s.filterbank_upper_band_limit = 8500; }, "half of sample_rate_hz, 8000 Hz"},
        Wrong{"not_a_number", [](auto& s) { s.filterbank_upper_band_limit = NAN; },
              "filterbank_upper_band_limit, nan Hz"},
        Wrong{"smoothing",
              [](auto& s) {
                s.noise_reduction_enable = true;
                s.noise_reduction_odd_smoothing = 1.5F;
              },
              "noise_reduction_odd_smoothing is 1.5, expected 0 to 1"},
        Wrong{"pcan", [](auto& s) { s.pcan_enable = true; }, "pcan_enable is on without noise_reduction_enable"},
        Wrong{"gain_bits",
              [](auto& s) {
                s.noise_reduction_enable = s.pcan_enable = true;
                s.pcan_gain_bits = 14;
              },
              "pcan_gain_bits is 14, expected 15 to 30 with an FFT of 512 points"},
        Wrong{"smoothing_bits",
              [](auto& s) {
                s.noise_reduction_enable = s.pcan_enable = true;
                s.noise_reduction_smoothing_bits = 2;
              },
              "noise_reduction_smoothing_bits is 2, expected 3 to 31"},
        Wrong{"log", [](auto& s) { s.log_scale_shift = 12; }, "log_scale_shift is 12, expected 0 to 11"},
        Wrong{"alpha",
              [](auto& s) {
                s.activity_detection_enable = true;
                s.activity_detection_alpha_a = -0.5F;
              },
              "activity_detection_alpha_a is -0.5"},
        Wrong{"notch",
              [](auto& s) {
                s.dc_notch_filter_enable = true;
                s.dc_notch_filter_coefficient = 1;
              },
              "dc_notch_filter_coefficient is 1, expected 0 to"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(FeatureSettings, OfAStageThatIsOffDoNotMatter) {
  FeatureSettings settings;
  settings.noise_reduction_odd_smoothing = 7;
  settings.pcan_gain_bits = 99;
  EXPECT_NO_THROW(FeatureTables{settings});
}

}  // namespace
}  // namespace mltk::audio
