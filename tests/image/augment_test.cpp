#include "image/augment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

namespace mltk::image {
namespace {

Tensor picture() {
  Tensor picture(DType::float32, {5, 6, 1});
  for (std::size_t i = 0; i < 30; ++i) picture.as<float>()[i] = static_cast<float>(i * 8);
  return picture;
}

Tensor augmented(const AugmentSettings& settings, std::int64_t epoch = 0, std::int64_t sample = 0,
                 std::uint64_t seed = 1) {
  Tensor result = picture();
  augment(result, settings, seed, epoch, sample);
  return result;
}

/// Settings that turn on one augmentation each.
std::map<std::string, AugmentSettings> each_alone() {
  std::map<std::string, AugmentSettings> settings;
  settings["affine"].rotation_range = 40;
  settings["channel_shift"].channel_shift_range = 50;
  settings["horizontal_flip"].horizontal_flip = true;
  settings["vertical_flip"].vertical_flip = true;
  settings["brightness"].brightness_range = {0.3, 0.8};
  settings["contrast"].contrast_range = {0.3, 0.8};
  settings["noise"].noise = {"gauss", "s&p"};
  return settings;
}

TEST(Augment, DoesNothingByDefault) { EXPECT_EQ(augmented({}), picture()); }

TEST(Augment, EveryMemberChangesPicturesAndIsEnabledByItsSettingAlone) {
  const auto settings = each_alone();
  ASSERT_EQ(settings.size(), augment_table().size());
  for (const AugmentDef* def : augment_table()) {
    for (const auto& [name, setting] : settings) EXPECT_EQ(def->enabled(setting), name == def->name) << name;
    bool changed = false;
    for (int sample = 0; sample < 20; ++sample) {
      changed = changed || augmented(settings.at(std::string(def->name)), 0, sample) != picture();
    }
    EXPECT_TRUE(changed) << def->name;
  }
}

TEST(Augment, IsAFunctionOfSeedEpochAndSample) {
  for (const auto& [name, settings] : each_alone()) {
    EXPECT_EQ(augmented(settings, 3, 7), augmented(settings, 3, 7)) << name;
  }
  const AugmentSettings rotation{.rotation_range = 40};
  EXPECT_NE(augmented(rotation, 3, 7), augmented(rotation, 4, 7));
  EXPECT_NE(augmented(rotation, 3, 7), augmented(rotation, 3, 8));
  EXPECT_NE(augmented(rotation, 3, 7, 1), augmented(rotation, 3, 7, 2));
}

TEST(Augment, OneMemberDoesNotShiftTheRandomNumbersOfAnother) {
  // Whole-picture flips commute with each other: what a flip decides must not depend on the other one being on.
  AugmentSettings both{.horizontal_flip = true, .vertical_flip = true};
  for (int sample = 0; sample < 16; ++sample) {
    Tensor separate = augmented({.horizontal_flip = true}, 0, sample);
    augment(separate, {.vertical_flip = true}, 1, 0, sample);
    EXPECT_EQ(augmented(both, 0, sample), separate);
  }
}

TEST(Augment, MirrorsRowsExactly) {
  Tensor mirrored(DType::float32, {5, 6, 1});
  for (std::size_t i = 0; i < 30; ++i) {
    mirrored.as<float>()[i] = picture().as<float>()[(4 - i / 6) * 6 + i % 6];
  }
  int flipped = 0;
  for (int sample = 0; sample < 200; ++sample) {
    const Tensor result = augmented({.vertical_flip = true}, 0, sample);
    ASSERT_TRUE(result == picture() || result == mirrored);
    flipped += result == mirrored ? 1 : 0;
  }
  EXPECT_NEAR(flipped, 100, 30);
}

TEST(Augment, MirrorsWholePixelsOfColourPictures) {
  const Tensor original(Shape{1, 3, 3}, {1.F, 2.F, 3.F, 4.F, 5.F, 6.F, 7.F, 8.F, 9.F});
  const Tensor mirrored(Shape{1, 3, 3}, {7.F, 8.F, 9.F, 4.F, 5.F, 6.F, 1.F, 2.F, 3.F});
  std::set<bool> seen;
  for (int sample = 0; sample < 20; ++sample) {
    Tensor result = original;
    augment(result, {.horizontal_flip = true}, 1, 0, sample);
    ASSERT_TRUE(result == original || result == mirrored);
    seen.insert(result == mirrored);
  }
  EXPECT_EQ(seen.size(), 2U);
}

TEST(Augment, FlipsMirrorExactlyAndAboutHalfOfThePictures) {
  Tensor mirrored(DType::float32, {5, 6, 1});
  for (std::size_t r = 0; r < 5; ++r) {
    for (std::size_t c = 0; c < 6; ++c) mirrored.as<float>()[r * 6 + c] = picture().as<float>()[r * 6 + 5 - c];
  }
  int flipped = 0;
  for (int sample = 0; sample < 200; ++sample) {
    const Tensor result = augmented({.horizontal_flip = true}, 0, sample);
    ASSERT_TRUE(result == picture() || result == mirrored);
    flipped += result == mirrored ? 1 : 0;
  }
  EXPECT_NEAR(flipped, 100, 30);
}

TEST(Augment, ShiftsByWholePixelsAndFillsWithTheConstant) {
  // As in Keras, width_shift_range moves rows.
  AugmentSettings settings{.fill_mode = "constant", .cval = 255, .interpolation_order = 0};
  settings.width_shift_range.choices = {2};
  const Tensor result = augmented(settings);
  const auto values = result.as<float>();
  const bool down = values[0] == 255;
  const auto filled = down ? values.first(12) : values.last(12);
  const auto moved = down ? values.last(18) : values.first(18);
  const Tensor original = picture();
  EXPECT_THAT(filled, testing::Each(255));
  EXPECT_THAT(moved, testing::ElementsAreArray(original.as<float>().subspan(down ? 0 : 12, 18)));
}

/// What the picture becomes when it is zoomed out by 1.5, to the bit as SciPy 1.17's affine_transform gives it.
struct FillCase {
  const char* mode;
  std::vector<float> expected;
};

class AugmentFill : public testing::TestWithParam<FillCase> {};

TEST_P(AugmentFill, FillsBeyondTheEdgeAsSciPy) {
  const AugmentSettings settings{.zoom_range = {1.5, 1.5}, .fill_mode = GetParam().mode, .cval = -1};
  const Tensor result = augmented(settings);
  EXPECT_THAT(result.as<float>(), testing::ElementsAreArray(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    Modes, AugmentFill,
    testing::Values(FillCase{"nearest", {0,   4,   16,  28,  40,  40,  12,  16,  28,  40,  52,  52,  84,  88,  100,
                                         112, 124, 124, 156, 160, 172, 184, 196, 196, 192, 196, 208, 220, 232, 232}},
                    FillCase{"constant", {-1,  -1,  -1, -1, -1,  -1,  -1,  16,  28, 40, 52, -1, -1, 88, 100,
                                          112, 124, -1, -1, 160, 172, 184, 196, -1, -1, -1, -1, -1, -1, -1}},
                    FillCase{"reflect", {12,  16,  28,  40,  52,  48,  12,  16,  28,  40,  52,  48,  84,  88,  100,
                                         112, 124, 120, 156, 160, 172, 184, 196, 192, 192, 196, 208, 220, 232, 228}},
                    FillCase{"wrap", {164, 136, 148, 160, 172, 144, 44,  16,  28,  40, 52, 24, 116, 88, 100,
                                      112, 124, 96,  188, 160, 172, 184, 196, 168, 68, 40, 52, 64,  76, 48}}),
    [](const auto& parameter) { return std::string(parameter.param.mode); });

// Numbers of Pillow 10.4: ImageEnhance.Brightness and Contrast.
TEST(Brightness, BlendsWithBlackAndKeepsAlpha) {
  const Tensor original(Shape{1, 2, 4}, {10.0F, 100.0F, 200.0F, 255.0F, 0.0F, 50.0F, 150.0F, 250.0F});
  Tensor darker = original;
  augment(darker, {.brightness_range = {{0.29, 0.29}}}, 1, 0, 0);
  EXPECT_THAT(darker.as<float>(), testing::ElementsAre(2, 29, 58, 255, 0, 14, 43, 250));
  Tensor brighter = original;
  augment(brighter, {.brightness_range = {{1.7, 1.7}}}, 1, 0, 0);
  EXPECT_THAT(brighter.as<float>(), testing::ElementsAre(17, 170, 255, 255, 0, 85, 255, 250));
}

TEST(Contrast, BlendsWithTheMeanGrey) {
  const Tensor original(Shape{2, 2, 1}, {0.0F, 100.0F, 200.0F, 255.0F});
  Tensor flatter = original;
  augment(flatter, {.contrast_range = {{0.5, 0.5}}}, 1, 0, 0);
  EXPECT_THAT(flatter.as<float>(), testing::ElementsAre(69, 119, 169, 197));
  Tensor stronger = original;
  augment(stronger, {.contrast_range = {{1.5, 1.5}}}, 1, 0, 0);
  EXPECT_THAT(stronger.as<float>(), testing::ElementsAre(0, 80, 230, 255));
}

TEST(Augment, RejectsWhatIsNoPicture) {
  Tensor flat(DType::float32, {5, 6});
  EXPECT_THAT([&] { augment(flat, {.rotation_range = 5}, 1, 0, 0); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("this one is (5, 6)")));
  Tensor deep(DType::float32, {5, 6, 7});
  EXPECT_THAT([&] { augment(deep, {.contrast_range = {{1, 2}}}, 1, 0, 0); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("(5, 6, 7)")));
}

TEST(Augment, KeepsValuesInRange) {
  const AugmentSettings settings{.channel_shift_range = 200, .brightness_range = {{0.1, 3}}};
  for (int sample = 0; sample < 50; ++sample) {
    const Tensor result = augmented(settings, 0, sample);
    EXPECT_THAT(result.as<float>(), testing::Each(testing::AllOf(testing::Ge(0), testing::Le(255))));
  }
}

TEST(Augment, ShiftsAllChannelsAlikeWithinThePicturesOwnRange) {
  const Tensor original(Shape{1, 2, 2}, {10.F, 100.F, 120.F, 200.F});
  for (int sample = 0; sample < 20; ++sample) {
    Tensor result = original;
    augment(result, {.channel_shift_range = 50}, 1, 0, sample);
    const auto values = result.as<float>();
    const float shift = values[1] - 100;
    EXPECT_LE(std::abs(shift), 50);
    const float expected[] = {std::max(10.F, 10 + shift), 100 + shift, 120 + shift, std::min(200.F, 200 + shift)};
    EXPECT_THAT(values, testing::Pointwise(testing::FloatNear(1e-3F), expected));
  }
}

// Numbers of Pillow's ImageEnhance; a factor of 0.7 is a float32 there, so 90 becomes 63 and not 62.
TEST(Augment, BrightnessIsPillows) {
  Tensor result(Shape{1, 2, 3}, {0.F, 10.F, 90.F, 101.F, 180.9F, 255.F});
  augment(result, {.brightness_range = {{0.7, 0.7}}}, 1, 0, 0);
  EXPECT_THAT(result.as<float>(), testing::ElementsAre(0, 7, 63, 70, 126, 178));
}

TEST(Augment, BrightnessKeepsTheRangeOfAPictureBeyond8Bits) {
  Tensor result(Shape{1, 3, 1}, {-100.F, 155.F, 410.F});
  augment(result, {.brightness_range = {{1, 1}}}, 1, 0, 0);
  // 127 of 255 after truncation to 8 bits.
  EXPECT_THAT(result.as<float>(), testing::ElementsAre(-100, testing::FloatNear(154, 1e-3F), 410));
}

TEST(Augment, ContrastIsPillows) {
  const auto contrast = [](double factor) {
    const Tensor result = augmented({.contrast_range = {{factor, factor}}});
    return std::vector<float>(result.as<float>().begin(), result.as<float>().end());
  };
  EXPECT_THAT(contrast(0), testing::Each(127));
  EXPECT_THAT(contrast(0.7),
              testing::ElementsAre(38, 43, 50, 56, 62, 68, 74, 80, 87, 93, 99, 105, 111, 117, 124, 129, 136, 142, 148,
                                   155, 160, 166, 173, 179, 185, 191, 197, 204, 210, 216));
  EXPECT_THAT(contrast(1.6), testing::ElementsAre(0, 0, 0, 0, 0, 0, 7, 21, 35, 50, 63, 77, 91, 106, 120, 133, 147, 162,
                                                  176, 191, 203, 218, 232, 247, 255, 255, 255, 255, 255, 255));
}

/// Mean and standard deviation of a large picture of one value after noise.
std::pair<double, double> moments_after(const std::string& kind, float value) {
  Tensor noisy(DType::float32, {100, 100, 1});
  std::ranges::fill(noisy.as<float>(), value);
  augment(noisy, {.noise = {kind}}, 1, 0, 0);
  double sum = 0;
  double squares = 0;
  for (const float v : noisy.as<float>()) {
    sum += v;
    squares += static_cast<double>(v) * v;
  }
  return {sum / 1e4, std::sqrt(squares / 1e4 - sum * sum / 1e8)};
}

TEST(Augment, NoiseHasTheMomentsOfItsKind) {
  EXPECT_NEAR(moments_after("gauss", 9).first, 9, 0.02);
  EXPECT_NEAR(moments_after("gauss", 9).second, std::sqrt(0.1), 0.02);
  EXPECT_NEAR(moments_after("speckle", 9).first, 9, 0.4);
  EXPECT_NEAR(moments_after("speckle", 9).second, 9, 0.4);
  // One distinct value, so k = 1: Poisson(9).
  EXPECT_NEAR(moments_after("poisson", 9).first, 9, 0.15);
  EXPECT_NEAR(moments_after("poisson", 9).second, 3, 0.15);
}

/// The cumulated distribution, of pixels after noise and exactly.
TEST(Augment, ShotNoiseHasPoissonsDistribution) {
  // With one distinct value, k is 1 and the value the mean: on both sides of where the method changes.
  for (const double mean : {0.5, 5.0, 63.0, 64.0, 200.0}) {
    Tensor noisy(DType::float32, {300, 300, 1});
    std::ranges::fill(noisy.as<float>(), static_cast<float>(mean));
    augment(noisy, {.noise = {"poisson"}}, 5, 0, 0);
    std::map<int, int> counts;
    for (const float value : noisy.as<float>()) {
      EXPECT_EQ(value, std::floor(value));
      ++counts[static_cast<int>(value)];
    }
    double probability = std::exp(-mean);
    double expected = 0;
    double actual = 0;
    for (int k = 0; k < 2 * mean + 10; ++k) {
      expected += probability;
      actual += counts[k] / 9e4;
      probability *= mean / (k + 1);
      EXPECT_NEAR(actual, expected, 0.0055) << mean << ' ' << k;
    }
  }
}

TEST(Augment, ShotNoiseLeavesBlackAndIsSmallAgainstBrightPixels) {
  Tensor noisy(DType::float32, {40, 100, 1});
  for (std::size_t i = 0; i < 4000; ++i) noisy.as<float>()[i] = static_cast<float>(i % 200);
  const Tensor before = noisy;
  augment(noisy, {.noise = {"poisson"}}, 5, 0, 0);
  double squares = 0;
  for (std::size_t i = 0; i < 4000; ++i) {
    if (i % 200 == 0) {
      EXPECT_EQ(noisy.as<float>()[i], 0);
    }
    squares += std::pow(noisy.as<float>()[i] - before.as<float>()[i], 2);
  }
  // The variance is value / 256, 99.5 / 256 on average.
  EXPECT_NEAR(squares / 4000, 0.389, 0.03);
}

TEST(Augment, SaltAndPepperSetsFewPixels) {
  Tensor noisy(DType::float32, {100, 100, 1});
  std::ranges::fill(noisy.as<float>(), 9.F);
  augment(noisy, {.noise = {"s&p"}}, 1, 0, 0);
  // 20 of each, at places that may coincide.
  EXPECT_THAT(std::ranges::count(noisy.as<float>(), 255.F), testing::AllOf(testing::Ge(15), testing::Le(20)));
  EXPECT_THAT(std::ranges::count(noisy.as<float>(), 0.F), testing::AllOf(testing::Ge(15), testing::Le(20)));
  EXPECT_GE(std::ranges::count(noisy.as<float>(), 9.F), 9960);
}

TEST(Augment, UnknownNoiseDoesNothing) { EXPECT_EQ(augmented({.noise = {"rain"}}), picture()); }

}  // namespace
}  // namespace mltk::image
