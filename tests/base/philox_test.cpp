#include "base/philox.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace mltk {
namespace {

// Known answers of the Random123 distribution (kat_vectors, philox4x32 10).
TEST(Philox, MatchesKnownAnswers) {
  EXPECT_EQ(philox_block({0, 0, 0, 0}, {0, 0}),
            (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox_block({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
}

TEST(Rng, IsAFunctionOfItsArguments) {
  EXPECT_EQ(Rng(1, 2, 3, 4).next(), Rng(1, 2, 3, 4).next());
  std::set<std::uint32_t> first;
  for (std::uint32_t i = 0; i < 100; ++i) {
    first.insert(Rng(7, i).next());
    first.insert(Rng(7, 0, i + 1).next());
  }
  EXPECT_EQ(first.size(), 200);
}

TEST(Rng, HasTheRightMoments) {
  Rng rng(3);
  double sum = 0;
  double squares = 0;
  double uniform = 0;
  constexpr int kCount = 100000;
  for (int i = 0; i < kCount; ++i) {
    const double value = rng.normal();
    sum += value;
    squares += value * value;
    uniform += rng.uniform();
  }
  EXPECT_NEAR(sum / kCount, 0.0, 0.02);
  EXPECT_NEAR(squares / kCount, 1.0, 0.02);
  EXPECT_NEAR(uniform / kCount, 0.5, 0.01);
}

TEST(Rng, BelowStaysBelow) {
  Rng rng(5);
  std::array<int, 7> counts{};
  for (int i = 0; i < 7000; ++i) ++counts.at(rng.below(7));
  for (const int count : counts) EXPECT_NEAR(count, 1000, 150);
}

}  // namespace
}  // namespace mltk
