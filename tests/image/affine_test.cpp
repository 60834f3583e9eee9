// Numbers of scipy.ndimage.affine_transform.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "image/augment.h"

namespace mltk::image {
namespace {

using Pixels = std::vector<float>;

Tensor picture() {
  Tensor picture(DType::float32, {5, 6, 1});
  for (std::size_t i = 0; i < 30; ++i) picture.as<float>()[i] = static_cast<float>(i * 8);
  return picture;
}

Pixels augmented(const AugmentSettings& settings, std::int64_t sample = 0) {
  Tensor result = picture();
  augment(result, settings, 1, 0, sample);
  return {result.as<float>().begin(), result.as<float>().end()};
}

struct Case {
  const char* fill_mode;
  std::int64_t order;
  Pixels expected;
};

class ZoomOut : public testing::TestWithParam<Case> {};

// Rows come from -2.5, -0.5, 1.5, 3.5 and 5.5, columns from -2, 0, ... 8.
TEST_P(ZoomOut, IsSciPys) {
  const auto& [fill_mode, order, expected] = GetParam();
  EXPECT_EQ(augmented({.zoom_range = {2, 2}, .fill_mode = fill_mode, .cval = 99, .interpolation_order = order}),
            expected);
}

INSTANTIATE_TEST_SUITE_P(
    FillModes, ZoomOut,
    testing::Values(Case{"constant", 0, {99,  99, 99, 99, 99,  99,  99,  99, 99, 99, 99, 99, 99, 96, 112,
                                         128, 99, 99, 99, 192, 208, 224, 99, 99, 99, 99, 99, 99, 99, 99}},
                    Case{"nearest", 0, {0,   0,   16,  32,  40,  40,  0,   0,   16,  32,  40,  40,  96,  96,  112,
                                        128, 136, 136, 192, 192, 208, 224, 232, 232, 192, 192, 208, 224, 232, 232}},
                    Case{"reflect", 0, {104, 96,  112, 128, 136, 120, 8,   0,   16,  32,  40,  24,  104, 96,  112,
                                        128, 136, 120, 200, 192, 208, 224, 232, 216, 200, 192, 208, 224, 232, 216}},
                    Case{"wrap", 0, {120, 96,  112, 128, 104, 120, 216, 192, 208, 224, 200, 216, 120, 96,  112,
                                     128, 104, 120, 216, 192, 208, 224, 200, 216, 120, 96,  112, 128, 104, 120}},
                    Case{"constant", 1, {99,  99, 99, 99, 99,  99,  99,  99, 99, 99, 99, 99, 99, 72, 88,
                                         104, 99, 99, 99, 168, 184, 200, 99, 99, 99, 99, 99, 99, 99, 99}},
                    Case{"nearest", 1, {0,   0,   16,  32,  40,  40,  0,   0,   16,  32,  40,  40,  72,  72,  88,
                                        104, 112, 112, 168, 168, 184, 200, 208, 208, 192, 192, 208, 224, 232, 232}},
                    Case{"reflect", 1, {80,  72,  88, 104, 112, 96,  8,   0,   16,  32,  40,  24,  80,  72,  88,
                                        104, 112, 96, 176, 168, 184, 200, 208, 192, 176, 168, 184, 200, 208, 192}},
                    Case{"wrap", 1, {96,  72, 88, 104, 80,  96,  192, 168, 184, 200, 176, 192, 96,  72, 88,
                                     104, 80, 96, 192, 168, 184, 200, 176, 192, 96,  72,  88,  104, 80, 96}}),
    [](const auto& parameter) { return parameter.param.fill_mode + std::to_string(parameter.param.order); });

TEST(Affine, WrapsAShiftByTheWholeHeightAsSciPy) {
  // Of 5 rows, row -4 is the last one as row 4 is: the period is the size less one. So 4 up and 4 down are the same.
  AugmentSettings settings{.fill_mode = "wrap", .interpolation_order = 0};
  settings.width_shift_range.choices = {4};
  std::set<std::vector<int>> seen;
  for (int sample = 0; sample < 20; ++sample) {
    const Pixels result = augmented(settings, sample);
    std::vector<int> rows;
    for (std::size_t r = 0; r < 5; ++r) rows.push_back(static_cast<int>(result[r * 6]) / 48);
    seen.insert(rows);
  }
  EXPECT_THAT(seen, testing::ElementsAre(std::vector<int>{4, 1, 2, 3, 0}));
}

TEST(Affine, ChangesAllChannelsAlike) {
  Tensor pairs(DType::float32, {5, 6, 2});
  for (std::size_t i = 0; i < 30; ++i) {
    pairs.as<float>()[2 * i] = picture().as<float>()[i];
    pairs.as<float>()[2 * i + 1] = picture().as<float>()[i] + 1;
  }
  const AugmentSettings settings{.rotation_range = 60, .shear_range = 10, .fill_mode = "reflect"};
  augment(pairs, settings, 1, 0, 0);
  const Pixels single = augmented(settings);
  for (std::size_t i = 0; i < 30; ++i) {
    EXPECT_FLOAT_EQ(pairs.as<float>()[2 * i], single[i]);
    EXPECT_FLOAT_EQ(pairs.as<float>()[2 * i + 1], single[i] + 1);
  }
}

TEST(Affine, ShiftsInKerasThreeForms) {
  // Rows that leave a constant border tell the shift, in pixels.
  const auto shifted_rows = [](const ShiftRange& range) {
    AugmentSettings settings{.fill_mode = "constant", .cval = -1, .interpolation_order = 0};
    settings.width_shift_range = range;
    std::set<std::int64_t> counts;
    for (int sample = 0; sample < 200; ++sample) counts.insert(std::ranges::count(augmented(settings, sample), -1) / 6);
    return counts;
  };
  EXPECT_THAT(shifted_rows({.whole_pixels = 3}), testing::ElementsAre(0, 1, 2));
  EXPECT_THAT(shifted_rows({.choices = {1, 3}}), testing::ElementsAre(1, 3));
  // A fraction of the width, 6.
  EXPECT_THAT(shifted_rows({.choices = {0.5}}), testing::ElementsAre(3));
  EXPECT_THAT(shifted_rows({.fraction_or_pixels = 0.5}), testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(shifted_rows({.fraction_or_pixels = 1}), testing::ElementsAre(1));  // a pixel
}

}  // namespace
}  // namespace mltk::image
