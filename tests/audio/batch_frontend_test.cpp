#include <gmock/gmock.h>
#include <hwy/targets.h>

#include <algorithm>
#include <random>
#include <vector>

#include "audio/feature_generator.h"

namespace mltk::audio {
namespace {

/// Whole clips, on the vectors of each instruction set, against the stream, which has none.
class WholeClip : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override { hwy::SetSupportedTargetsForTest(GetParam()); }
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }

  std::mt19937 random{11};

  int between(int low, int high) { return std::uniform_int_distribution(low, high)(random); }
  float between(float low, float high) { return std::uniform_real_distribution(low, high)(random); }
  bool either() { return between(0, 1) == 1; }

  FeatureSettings settings() {
    FeatureSettings s;
    s.sample_rate_hz = std::vector{4000, 8000, 11025, 16000, 44100}[static_cast<std::size_t>(between(0, 4))];
    s.window_size_ms = between(8, 50);
    s.window_step_ms = between(3, s.window_size_ms);
    s.sample_length_ms = s.window_size_ms + between(0, 300);
    s.filterbank_n_channels = between(1, 90);
    s.filterbank_upper_band_limit = between(600.0F, static_cast<float>(s.sample_rate_hz) / 2);
    s.filterbank_lower_band_limit = between(0.0F, 500.0F);
    s.noise_reduction_enable = either();
    s.noise_reduction_smoothing_bits = between(6, 14);
    s.noise_reduction_even_smoothing = between(0.0F, 1.0F);
    s.noise_reduction_odd_smoothing = between(0.0F, 1.0F);
    s.noise_reduction_min_signal_remaining = between(0.0F, 1.0F);
    s.pcan_enable = s.noise_reduction_enable && either();
    s.pcan_strength = between(0.1F, 1.2F);
    s.pcan_offset = between(1.0F, 200.0F);
    s.pcan_gain_bits = between(18, 25);
    s.log_scale_enable = between(0, 3) > 0;
    s.log_scale_shift = between(0, 11);
    s.activity_detection_enable = either();
    s.dc_notch_filter_enable = either();
    return s;
  }

  std::vector<std::int16_t> clip(int length) {
    std::vector<std::int16_t> samples(static_cast<std::size_t>(length));
    const int loudness = std::vector{0, 2, 1000, 32767}[static_cast<std::size_t>(between(0, 3))];
    const int period = between(2, 400);
    const bool square = either();
    for (int i = 0; i < length; ++i) {
      const int value = square ? (i / period % 2 == 0 ? loudness : -loudness - 1) : between(-loudness, loudness);
      samples[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(value);
    }
    return samples;
  }
};

TEST_P(WholeClip, HasTheBitsOfTheStream) {
  int active = 0;
  for (int round = 0; round < 200; ++round) {
    FeatureGenerator generator(settings());
    const FeatureSettings& s = generator.settings();
    const auto samples = clip(s.sample_length());
    std::vector<std::uint16_t> rows;
    generator.push(samples, [&](auto row) { rows.insert(rows.end(), row.begin(), row.end()); });
    const bool activity = generator.activity_was_detected();
    active += activity ? 1 : 0;
    const Tensor whole = generator.process(samples, DType::uint16);
    ASSERT_TRUE(std::ranges::equal(whole.as<std::uint16_t>(), rows))
        << "round " << round << ": FFT " << s.fft_length() << ", " << s.height() << " x " << s.width();
    ASSERT_EQ(generator.activity_was_detected(), activity) << "round " << round;
  }
  EXPECT_GT(active, 0);
}

/// The instruction sets that this processor has, as bits.
std::vector<std::int64_t> targets() {
  std::vector<std::int64_t> result;
  for (std::int64_t rest = hwy::SupportedTargets(); rest != 0; rest &= rest - 1) result.push_back(rest & -rest);
  return result;
}

INSTANTIATE_TEST_SUITE_P(Targets, WholeClip, testing::ValuesIn(targets()),
                         [](const auto& parameter) { return std::string(hwy::TargetName(parameter.param)); });

}  // namespace
}  // namespace mltk::audio
