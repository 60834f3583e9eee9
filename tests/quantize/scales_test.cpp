// The arithmetic of the quantizers where the golden files do not reach.

#include "quantize/scales.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace mltk::quantize {
namespace {

using testing::Each;
using testing::ElementsAre;

TEST(Scales, RoundAwayFromZeroAndStayWithinTheCodes) {
  EXPECT_EQ(clamp_round(2.5F, -128, 127), 3);
  EXPECT_EQ(clamp_round(-2.5F, -128, 127), -3);
  EXPECT_EQ(clamp_round(1e30F, -2147483647, 2147483647), 2147483647);
  EXPECT_EQ(clamp_round(-std::numeric_limits<float>::infinity(), -128, 127), -128);
}

TEST(Scales, ZeroIsAlwaysACode) {
  for (const auto generation : {Generation::old, Generation::current}) {
    EXPECT_EQ(int8_params({1, 2}, generation), (Params{2.0F / 255, -128}));
    EXPECT_EQ(int8_params({-2, -1}, generation), (Params{2.0F / 255, 127}));
  }
  EXPECT_EQ(int16_params({-4, 2}), (Params{4.0F / 32767, 0}));
}

TEST(Scales, OfARangeThatIsNoneCanBeDividedBy) {
  EXPECT_GT(int8_params({0, 0}, Generation::current).scale, 0);
  EXPECT_GT(constant_params({0, 0}).scale, 0);
  EXPECT_EQ(int8_params({0, 0}, Generation::old), (Params{0, -128}));
}

TEST(Scales, ChannelsFollowTheirAxis) {
  const Channels first = channels_of({2, 3}, 0, true);
  const Channels last = channels_of({1, 2, 2, 3}, 3, true);
  EXPECT_EQ(first.of(2), 0U);
  EXPECT_EQ(first.of(3), 1U);
  EXPECT_EQ(last.of(4), 1U);
  EXPECT_EQ(channels_of({2, 3}, 0, false).of(5), 0U);
}

TEST(Scales, DeadChannelsGetScalesThatHoldTheirBias) {
  const std::vector<float> weights = {1e-9F, 1e-9F};
  const std::vector<float> bias = {3.0F};
  for (const auto generation : {Generation::old, Generation::current}) {
    WeightScales scales = weight_scales(weights, {.count = 1, .inner = 2}, true, generation);
    enlarge_for_bias(scales, bias, 0.01F, true, generation);
    const double code = 3.0 / (0.01 * static_cast<double>(scales.scales[0]));
    EXPECT_LE(code, 1.08e9);
    EXPECT_GE(code, 1.07e9);
    EXPECT_THAT(weight_codes(weights, {.count = 1, .inner = 2}, scales), Each(0));
  }
}

TEST(Scales, OfZeroWeightsGiveZeroCodes) {
  const std::vector<float> weights(4);
  for (const auto generation : {Generation::old, Generation::current}) {
    for (const bool per_channel : {false, true}) {
      const Channels channels = channels_of({2, 2}, 0, per_channel);
      const WeightScales scales = weight_scales(weights, channels, per_channel, generation);
      EXPECT_THAT(weight_codes(weights, channels, scales), ElementsAre(0, 0, 0, 0));
    }
  }
}

}  // namespace
}  // namespace mltk::quantize
