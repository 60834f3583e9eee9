#include <gtest/gtest.h>

#include "micro/conv_2d.h"
#include "micro/depthwise_conv_2d.h"
#include "micro/pool_2d.h"
#include "micro/softmax.h"
#include "micro/walk.h"

namespace mltk::micro {
namespace {

TEST(Conv2d, PaddingAddsNothing) {
  const Window2d window{1, 2, 2, 1, 2, 2, 1, 3, 3, 1, 1, 1, 1, 1, 1};
  const std::int8_t input[] = {1, 2, 3, 4};
  const std::int8_t filter[] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
  const Multiplier one{1 << 30, 1};
  const Requantize finish{&one, false, 0, -128, 127};
  std::int8_t output[4];
  conv_2d<std::int32_t>(window, 1, 10, input, filter, static_cast<const std::int32_t*>(nullptr), output, finish);
  for (const std::int8_t value : output) EXPECT_EQ(value, 1 + 2 + 3 + 4 + 4 * 10);
}

TEST(Conv2d, GroupsSeeTheirOwnChannels) {
  const Window2d window{1, 1, 1, 4, 1, 1, 2, 1, 1, 1, 1, 1, 1, 0, 0};
  const float input[] = {1, 2, 3, 4};
  const float filter[] = {1, 1, 1, 1};
  float output[2];
  conv_2d<float>(window, 2, 0, input, filter, static_cast<const float*>(nullptr), output, ClampFloat{-100, 100});
  EXPECT_EQ(output[0], 3);
  EXPECT_EQ(output[1], 7);
}

TEST(DepthwiseConv2d, OutputChannelIsInputTimesMultiplier) {
  const Window2d window{1, 1, 1, 2, 1, 1, 4, 1, 1, 1, 1, 1, 1, 0, 0};
  const float input[] = {2, 3};
  const float filter[] = {1, 10, 100, 1000};
  float output[4];
  depthwise_conv_2d<float>(window, 2, 0, input, filter, static_cast<const float*>(nullptr), output,
                           ClampFloat{-1e6F, 1e6F});
  EXPECT_EQ(output[0], 2);
  EXPECT_EQ(output[1], 20);
  EXPECT_EQ(output[2], 300);
  EXPECT_EQ(output[3], 3000);
}

TEST(AveragePool2d, RoundsHalfAwayFromZero) {
  const Window2d window{1, 1, 2, 2, 1, 1, 2, 1, 2, 1, 2, 1, 1, 0, 0};
  const std::int8_t input[] = {1, -1, 2, -2};
  std::int8_t output[2];
  average_pool_2d<std::int8_t, std::int32_t>(window, input, output, -128, 127);
  EXPECT_EQ(output[0], 2);
  EXPECT_EQ(output[1], -2);
}

TEST(Softmax, CodesSumToOne) {
  SoftmaxParams params;
  params.rows = 1;
  params.depth = 3;
  params.input = {1 << 30, 23};  // scale 1/16
  params.smallest_difference = -496;
  const std::int8_t input[] = {10, 10, 10};
  std::int8_t output[3];
  softmax(params, input, output);
  for (const std::int8_t code : output) EXPECT_EQ(code, 85 - 128);
}

TEST(Walk, GathersWithStrides) {
  Walk walk;  // the transpose of [2, 3]
  walk.sizes[4] = 3;
  walk.sizes[5] = 2;
  walk.strides[4] = 1;
  walk.strides[5] = 3;
  const std::uint8_t input[] = {1, 2, 3, 4, 5, 6};
  std::uint8_t output[6];
  gather(walk, 1, input, output);
  const std::uint8_t expected[] = {1, 4, 2, 5, 3, 6};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(output[i], expected[i]);
}

}  // namespace
}  // namespace mltk::micro
