#include "audio/augment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "audio/golden_sounds.h"
#include "base/error.h"

namespace mltk::audio {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;

std::shared_ptr<const NoiseTable> noises() {
  return std::make_shared<const NoiseTable>(NoiseTable{{"hum", std::vector<float>(30000, 0.5F)}});
}

AugmentSettings all_changes() {
  AugmentSettings settings;
  settings.length = 6000;
  settings.trim_threshold_db = 20;
  settings.loudness_range = {0.5, 2};
  settings.speed_range = {0.9, 1.1};
  settings.pitch_range = {-2, 2};
  settings.vtlp_range = {0.9, 1.1};
  settings.noise_colors = {"white", "brown"};
  settings.noise_color_range = {0.1, 0.2};
  settings.bg_noise_range = {0.1, 0.3};
  settings.bg_noises = noises();
  return settings;
}

std::vector<float> augmented(const AugmentSettings& settings, std::int64_t epoch, std::int64_t sample) {
  Clip clip{.samples = golden_sound("sound")};
  apply_transform(clip, draw_transform(settings, 7, epoch, sample), settings, 7, epoch, sample);
  return clip.samples;
}

TEST(Augment, IsAFunctionOfSeedEpochAndSample) {
  const AugmentSettings settings = all_changes();
  const auto first = augmented(settings, 1, 5);
  EXPECT_EQ(first.size(), 6000U);
  EXPECT_EQ(augmented(settings, 1, 5), first);
  EXPECT_NE(augmented(settings, 2, 5), first);
  EXPECT_NE(augmented(settings, 1, 6), first);
}

TEST(Augment, OneChangeDoesNotMoveTheRandomNumbersOfAnother) {
  AugmentSettings settings = all_changes();
  const Transform with = draw_transform(settings, 7, 0, 3);
  settings.speed_range = std::nullopt;
  const Transform without = draw_transform(settings, 7, 0, 3);
  EXPECT_NE(with.speed_factor, 1);
  EXPECT_EQ(without.speed_factor, 1);
  EXPECT_EQ(with.loudness_factor, without.loudness_factor);
  EXPECT_EQ(with.vtlp_factor, without.vtlp_factor);
}

TEST(Augment, DrawsWithinTheRanges) {
  const AugmentSettings settings = all_changes();
  std::vector<double> pitches;
  std::vector<double> offsets;
  std::vector<double> loudness;
  for (int sample = 0; sample < 200; ++sample) {
    const Transform transform = draw_transform(settings, 1, 0, sample);
    pitches.push_back(transform.pitch_factor);
    offsets.push_back(transform.offset_percentage);
    loudness.push_back(transform.loudness_factor);
  }
  EXPECT_THAT(std::set(pitches.begin(), pitches.end()), testing::ElementsAre(-2, -1, 0, 1, 2));
  EXPECT_THAT(offsets, Each(AllOf(Ge(0), Le(1))));
  EXPECT_THAT(loudness, Each(AllOf(Ge(0.5), Le(2))));
  EXPECT_NEAR(std::accumulate(offsets.begin(), offsets.end(), 0.0) / 200, 0.5, 0.1);
}

TEST(Augment, EachSampleGetsOneKindOfNoise) {
  const AugmentSettings settings = all_changes();
  int background = 0;
  for (int sample = 0; sample < 200; ++sample) {
    const Transform transform = draw_transform(settings, 1, 0, sample);
    EXPECT_NE(transform.noise_color == "none", transform.bg_noise.empty());
    background += transform.bg_noise.empty() ? 0 : 1;
  }
  EXPECT_GT(background, 60);
  EXPECT_LT(background, 140);
}

TEST(Augment, BackgroundNoiseIsMixedIntoSilence) {
  AugmentSettings settings;
  settings.length = 100;
  settings.bg_noises = noises();
  settings.bg_noise_range = {0.2, 0.2};
  Clip silence{.samples = std::vector<float>(100)};
  apply_transform(silence, draw_transform(settings, 1, 0, 0), settings, 1, 0, 0);
  EXPECT_THAT(silence.samples, Each(testing::FloatEq(0.1F)));
}

TEST(Augment, TheFactorOfColouredNoiseIsItsPeak) {
  for (const std::string color : {"white", "pink", "brown", "blue", "violet"}) {
    AugmentSettings settings;
    settings.length = 5000;
    settings.noise_colors = {color};
    settings.noise_color_range = {0.25, 0.25};
    Clip silence{.samples = std::vector<float>(5000)};
    apply_transform(silence, draw_transform(settings, 1, 0, 0), settings, 1, 0, 0);
    float peak = 0;
    for (const float value : silence.samples) peak = std::max(peak, std::abs(value));
    EXPECT_FLOAT_EQ(peak, 0.25F) << color;
  }
}

TEST(Augment, ColoursDifferInTheirHighFrequencies) {
  // Power of the differences of neighbours over power: the higher the frequencies, the larger.
  std::vector<double> roughness;
  for (const std::string color : {"brown", "pink", "white", "blue", "violet"}) {
    AugmentSettings settings;
    settings.noise_colors = {color};
    settings.noise_color_range = {1, 1};
    Clip clip{.samples = std::vector<float>(16000)};
    apply_transform(clip, draw_transform(settings, 1, 0, 0), settings, 1, 0, 0);
    double differences = 0;
    double power = 0;
    for (std::size_t i = 1; i < clip.samples.size(); ++i) {
      differences += std::pow(clip.samples[i] - clip.samples[i - 1], 2);
      power += std::pow(clip.samples[i], 2);
    }
    roughness.push_back(differences / power);
  }
  EXPECT_TRUE(std::ranges::is_sorted(roughness));
  EXPECT_NEAR(roughness[2], 2, 0.1);  // white: neighbours are independent
}

TEST(Augment, TheDefaultTransformOnlyChangesRateAndLength) {
  AugmentSettings settings = all_changes();
  settings.trim_threshold_db = 0;
  const auto sound = golden_sound("sound");
  Clip clip{.samples = sound};
  apply_transform(clip, {}, settings, 1, 0, 0);
  ASSERT_EQ(clip.samples.size(), 6000U);
  EXPECT_TRUE(std::equal(sound.begin(), sound.end(), clip.samples.begin()));

  Clip slow{.samples = sound, .rate_hz = 8000};
  apply_transform(slow, {}, settings, 1, 0, 0);
  EXPECT_EQ(slow.rate_hz, 16000);
  EXPECT_EQ(slow.samples.size(), 6000U);
}

TEST(Augment, RefusesUnknownNoise) {
  AugmentSettings settings;
  Clip clip{.samples = std::vector<float>(100)};
  EXPECT_THAT([&] { apply_transform(clip, {.noise_color = "red", .noise_color_factor = 1}, settings, 1, 0, 0); },
              testing::ThrowsMessage<Error>(HasSubstr("noise color 'red' is unknown")));
  EXPECT_THAT([&] { apply_transform(clip, {.bg_noise = "rain", .bg_noise_factor = 1}, settings, 1, 0, 0); },
              testing::ThrowsMessage<Error>(HasSubstr("no background noise 'rain'")));
}

}  // namespace
}  // namespace mltk::audio
