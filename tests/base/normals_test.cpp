#include "base/normals.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace mltk {
namespace {

std::vector<float> normals(std::size_t count, std::uint64_t seed = 3) {
  std::vector<float> numbers(count);
  Rng rng(seed);
  fill_normal(rng, numbers);
  return numbers;
}

double mean_of_power(const std::vector<float>& numbers, int power) {
  double sum = 0;
  for (const float number : numbers) sum += std::pow(static_cast<double>(number), power);
  return sum / static_cast<double>(numbers.size());
}

TEST(FillNormal, FirstNumbersAreBoxAndMullersOfTheWordsOfTheStream) {
  const auto numbers = normals(256);
  for (std::uint32_t block = 0; block < 64; ++block) {
    const auto words = philox_block({block, 0, 0, 0}, {3, 0});
    for (std::size_t pair = 0; pair < 2; ++pair) {
      const double uniform = (static_cast<double>(words[2 * pair] >> 8) + 1) * 0x1p-24;
      const double turns = static_cast<double>(words[2 * pair + 1] >> 8) * 0x1p-24 - 0.5;
      const double radius = std::sqrt(-2 * std::log(uniform));
      const double angle = 2 * std::numbers::pi * turns;
      EXPECT_NEAR(numbers[128 * pair + block], radius * std::cos(angle), 2e-6) << block;
      EXPECT_NEAR(numbers[128 * pair + 64 + block], radius * std::sin(angle), 2e-6) << block;
    }
  }
}

TEST(FillNormal, HasTheDistribution) {
  auto numbers = normals(200'000);
  EXPECT_NEAR(mean_of_power(numbers, 1), 0, 0.008);
  EXPECT_NEAR(mean_of_power(numbers, 2), 1, 0.012);
  EXPECT_NEAR(mean_of_power(numbers, 3), 0, 0.04);
  EXPECT_NEAR(mean_of_power(numbers, 4), 3, 0.1);
  // Kolmogorov and Smirnov: 1.63 / sqrt(n) is exceeded once in a hundred times.
  std::ranges::sort(numbers);
  double largest = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double expected = 0.5 * std::erfc(-static_cast<double>(numbers[i]) / std::numbers::sqrt2);
    largest = std::max(largest, std::abs((static_cast<double>(i) + 0.5) / 2e5 - expected));
  }
  EXPECT_LT(largest, 3.6e-3);
}

TEST(FillNormal, NeighboursDoNotDepend) {
  const auto numbers = normals(100'000);
  for (const std::size_t distance : {1, 64, 128, 256}) {
    double product = 0;
    for (std::size_t i = distance; i < numbers.size(); ++i)
      product += static_cast<double>(numbers[i]) * numbers[i - distance];
    EXPECT_NEAR(product / 1e5, 0, 0.015) << distance;
  }
}

TEST(FillNormal, AShorterStretchIsTheBeginningAndTheStreamGoesOnBehind) {
  const auto all = normals(1000);
  const auto part = normals(301);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), all.begin()));
  Rng rng(3);
  std::vector<float> first(256);
  std::vector<float> second(256);
  fill_normal(rng, first);
  fill_normal(rng, second);
  EXPECT_TRUE(std::equal(second.begin(), second.end(), all.begin() + 256));
  EXPECT_NE(rng.next(), Rng(3).next());
}

TEST(FillNormal, HasTheSameBytesOnEveryInstructionSet) {
  const auto expected = normals(5000);
  for (std::int64_t rest = hwy::SupportedTargets(); rest != 0; rest &= rest - 1) {
    hwy::SetSupportedTargetsForTest(rest & -rest);
    EXPECT_EQ(normals(5000), expected) << hwy::TargetName(rest & -rest);
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace
}  // namespace mltk
