// Every byte of the vector loops on each instruction set of the machine, and what they must give.

#include "image/augment/pixels.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>

#include "base/philox.h"
#include "image/augment.h"

namespace mltk::image {
namespace {

Tensor noise(std::int64_t height, std::int64_t width, std::int64_t channels) {
  Tensor picture(DType::float32, {height, width, channels});
  Rng rng(3);
  for (float& value : picture.as<float>()) value = 255 * rng.uniform();
  return picture;
}

/// Samples of all changes that have vector loops.
std::vector<Tensor> augmented() {
  std::vector<Tensor> results;
  for (const char* fill_mode : {"constant", "nearest", "reflect", "wrap"}) {
    for (const std::int64_t channels : {1, 3}) {
      for (std::int64_t sample = 0; sample < 4; ++sample) {
        Tensor picture = noise(13, 37, channels);
        augment(picture,
                {.rotation_range = 40,
                 .zoom_range = {0.7, 1.4},
                 .horizontal_flip = true,
                 .brightness_range = std::pair(0.5, 1.7),
                 .fill_mode = fill_mode,
                 .cval = 7},
                1, 0, sample);
        results.push_back(std::move(picture));
      }
    }
  }
  return results;
}

TEST(Pixels, EveryInstructionSetGivesTheSameBytes) {
  const auto expected = augmented();
  const std::int64_t supported = hwy::SupportedTargets();
  for (std::int64_t target = 1; target <= HWY_STATIC_TARGET && target > 0; target <<= 1) {
    if ((supported & target) == 0) continue;
    hwy::SetSupportedTargetsForTest(target);
    EXPECT_EQ(augmented(), expected) << hwy::TargetName(target);
  }
  hwy::SetSupportedTargetsForTest(0);
}

/// The bilinear value in double precision.
double bilinear(const Tensor& picture, double y, double x, std::int64_t k, const std::string& fill_mode, double cval) {
  const Shape& shape = picture.shape();
  y = extend(y, shape[0], fill_mode);
  x = extend(x, shape[1], fill_mode);
  if (y < 0 || x < 0) return cval;
  const auto value = [&](double row, double column) {
    const auto r = std::min(static_cast<std::int64_t>(row), shape[0] - 1);
    const auto c = std::min(static_cast<std::int64_t>(column), shape[1] - 1);
    return static_cast<double>(picture.as<float>()[static_cast<std::size_t>((r * shape[1] + c) * shape[2] + k)]);
  };
  const double v = y - std::floor(y);
  const double u = x - std::floor(x);
  return (value(y, x) * (1 - u) + value(y, x + 1) * u) * (1 - v) +
         (value(y + 1, x) * (1 - u) + value(y + 1, x + 1) * u) * v;
}

TEST(Pixels, AWarpIsTheBilinearValueOfEachPlace) {
  const PixelMap map = {{0.91, 0.31, -3.7}, {-0.27, 1.13, 2.9}};
  for (const std::string fill_mode : {"constant", "nearest", "reflect", "wrap"}) {
    for (const std::int64_t channels : {1, 3}) {
      const Tensor source = noise(31, 45, channels);
      Tensor target(DType::float32, source.shape());
      warp_bilinear(source, target, map, fill_mode, 9);
      std::size_t i = 0;
      for (int r = 0; r < 31; ++r) {
        for (int c = 0; c < 45; ++c) {
          const double y = map.row[0] * r + map.row[1] * c + map.row[2];
          const double x = map.column[0] * r + map.column[1] * c + map.column[2];
          for (std::int64_t k = 0; k < channels; ++k, ++i) {
            // A place of single precision is up to 4e-6 beside, times the range of the pixels.
            EXPECT_NEAR(target.as<float>()[i], bilinear(source, y, x, k, fill_mode, 9), 5e-3)
                << fill_mode << r << ',' << c;
          }
        }
      }
    }
  }
}

TEST(Pixels, RangesAndReversalsOfAnyLength) {
  for (std::int64_t size = 1; size < 70; ++size) {
    Tensor values = noise(1, size, 1);
    const auto pixels = values.as<float>();
    EXPECT_EQ(range_of(pixels), std::pair(std::ranges::min(pixels), std::ranges::max(pixels)));
    std::vector<float> expected(pixels.rbegin(), pixels.rend());
    reverse(pixels);
    EXPECT_TRUE(std::ranges::equal(pixels, expected));
  }
}

}  // namespace
}  // namespace mltk::image
