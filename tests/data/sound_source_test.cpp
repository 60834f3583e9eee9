#include "data/sound_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/file.h"

namespace mltk {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// 12 tones of half a second in two classes, and a sample of silence.
class SoundSource : public testing::Test {
 protected:
  static constexpr int kTones = 12;
  fs::path folder_ = fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
  std::vector<ClassFile> files_;

  void SetUp() override {
    fs::remove_all(folder_);
    for (int i = 0; i < kTones; ++i) {
      audio::Clip clip{.samples = std::vector<float>(4000), .rate_hz = 8000};
      for (std::size_t j = 0; j < clip.samples.size(); ++j)
        clip.samples[j] = 0.5F * std::sin(0.05F * static_cast<float>(i + 2) * static_cast<float>(j));
      files_.push_back({fmt::format("{}.wav", i), i % 2});
      audio::write_wav_file(folder_ / files_.back().path, clip);
    }
    files_.push_back({"", 2});
  }
  static SoundSettings settings(int workers = 2) {
    SoundSettings settings;
    settings.sample_shape = {16000};
    settings.classes = 3;
    settings.batch_size = 5;
    settings.workers = workers;
    settings.shuffle = false;
    settings.augment = false;
    return settings;
  }
  static SoundSettings with_features(int workers = 2) {
    SoundSettings result = settings(workers);
    result.frontend = audio::FeatureSettings{};
    result.sample_shape = {98, 32, 1};
    return result;
  }
  std::vector<Batch> batches(const SoundSettings& settings, std::int64_t epoch = 0) const {
    const auto source = make_sound_source(folder_, files_, settings);
    source->start_epoch(epoch);
    std::vector<Batch> result;
    Batch batch;
    while (source->next(batch)) result.push_back(batch);
    return result;
  }
};

TEST_F(SoundSource, GivesEachSoundAtTheRateAndLengthOfTheNetwork) {
  const auto all = batches(settings());
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].size, 3);
  EXPECT_EQ(all[0].x[0].shape(), (Shape{5, 16000}));
  EXPECT_EQ(all[0].y[0].shape(), (Shape{5, 3}));
  // Half a second at 8 kHz is 8000 samples at 16 kHz; zeros follow.
  const auto first = all[0].x[0].as<float>().subspan(0, 16000);
  EXPECT_GT(*std::ranges::max_element(first.subspan(0, 8000)), 0.4F);
  EXPECT_EQ(*std::ranges::max_element(first.subspan(8000)), 0);
  // The last sample is silence, of class 2.
  EXPECT_EQ(all[2].y[0].as<float>()[2 * 3 + 2], 1);
  EXPECT_EQ(*std::ranges::max_element(all[2].x[0].as<float>().subspan(2 * 16000)), 0);
}

TEST_F(SoundSource, IsTheSameWithAnyNumberOfWorkers) {
  SoundSettings augmented = with_features(1);
  augmented.shuffle = augmented.augment = true;
  augmented.augmentation.speed_range = {0.9, 1.1};
  augmented.augmentation.noise_colors = {"white"};
  augmented.augmentation.noise_color_range = {0, 0.1};
  const auto expected = batches(augmented, 2);
  for (const int workers : {2, 5}) {
    augmented.workers = workers;
    const auto actual = batches(augmented, 2);
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) EXPECT_EQ(actual[i].x[0], expected[i].x[0]) << workers << ' ' << i;
  }
  EXPECT_NE(batches(augmented, 3)[0].x[0], expected[0].x[0]);
}

TEST_F(SoundSource, FeaturesAreThoseOfTheGenerator) {
  const auto sound = batches(settings())[0].x[0].rows(0, 1).reshaped({16000});
  audio::FeatureGenerator generator{audio::FeatureSettings{}};
  const Tensor expected =
      features_of({.samples = {sound.as<float>().begin(), sound.as<float>().end()}}, generator, DType::int8);
  SoundSettings features = with_features();
  features.frontend_dtype = features.dtype = DType::int8;
  EXPECT_EQ(batches(features)[0].x[0].rows(0, 1).reshaped({98, 32}), expected);
}

TEST_F(SoundSource, SamplesBeyondFullScaleAreClipped) {
  audio::FeatureGenerator generator{audio::FeatureSettings{}};
  const auto features = [&](float scale) {
    audio::Clip clip{.samples = std::vector<float>(16000)};
    for (std::size_t i = 0; i < 16000; ++i) clip.samples[i] = i / 20 % 2 == 0 ? scale : -scale;
    return features_of(clip, generator, DType::uint16);
  };
  EXPECT_EQ(features(3), features(1));
}

TEST_F(SoundSource, CallsTheHooksInTheirOrder) {
  std::vector<std::string> calls;
  SoundSettings hooked = with_features(1);
  hooked.batch_size = 13;
  const auto hook = [&calls](std::string name) {
    return [&calls, name](const Tensor& sample, const SampleInfo& info) {
      if (info.batch_index == 0) calls.push_back(fmt::format("{} {}", name, to_string(sample.shape())));
      return sample;
    };
  };
  hooked.noaug_hook = hook("noaug");
  hooked.preprocessing_hook = hook("preprocessing");
  hooked.postprocessing_hook = hook("postprocessing");
  batches(hooked);
  EXPECT_THAT(calls, testing::ElementsAre("noaug (4000,)", "preprocessing (16000,)", "postprocessing (98, 32)"));
}

TEST_F(SoundSource, NormalizesSpectrograms) {
  SoundSettings normalized = with_features();
  normalized.samplewise_normalize_range = {-1, 1};
  const auto sample = batches(normalized)[0].x[0].rows(0, 1);
  EXPECT_EQ(std::ranges::min(sample.as<float>()), -1);
  EXPECT_EQ(std::ranges::max(sample.as<float>()), 1);
}

TEST_F(SoundSource, AFileThatCannotBeReadIsNamed) {
  write_file(folder_ / "7.wav", "RIFF, no more");
  EXPECT_THAT([&] { batches(settings()); }, ThrowsMessage<Error>(HasSubstr("7.wav: not a readable sound file")));
}

TEST_F(SoundSource, AShapeThatDoesNotFitIsAnError) {
  SoundSettings wrong = with_features();
  wrong.sample_shape = {98, 40, 1};
  EXPECT_THAT([&] { batches(wrong); }, ThrowsMessage<Error>(testing::AllOf(HasSubstr("0.wav"), HasSubstr("(98, 32)"),
                                                                           HasSubstr("(98, 40, 1)"))));
}

TEST_F(SoundSource, NoisesAreReadAtTheRateOfTheNetwork) {
  const auto noises = read_noises(folder_, 16000);
  EXPECT_EQ(noises.size(), static_cast<std::size_t>(kTones));
  EXPECT_EQ(noises.at("3").size(), 8000U);
  fs::create_directories(folder_ / "empty");
  EXPECT_THAT([&] { read_noises(folder_ / "empty", 16000); }, ThrowsMessage<Error>(HasSubstr("has no sounds")));
}

}  // namespace
}  // namespace mltk
