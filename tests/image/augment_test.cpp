#include "image/augment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(Augment, KeepsValuesInRange) {
  const AugmentSettings settings{.channel_shift_range = 200, .brightness_range = {{0.1, 3}}};
  for (int sample = 0; sample < 50; ++sample) {
    const Tensor result = augmented(settings, 0, sample);
    EXPECT_THAT(result.as<float>(), testing::Each(testing::AllOf(testing::Ge(0), testing::Le(255))));
  }
}

}  // namespace
}  // namespace mltk::image
