// Every byte of the SIMD kernels against the plain ones, on each instruction set of the machine.

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "micro/add.h"
#include "micro/conv_2d.h"
#include "micro/depthwise_conv_2d.h"
#include "micro/fully_connected.h"
#include "micro/quantize.h"
#include "simd/add.h"
#include "simd/conv_2d.h"
#include "simd/depthwise_conv_2d.h"
#include "simd/fully_connected.h"
#include "simd/quantize.h"

namespace mltk {
namespace {

class Simd : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override { hwy::SetSupportedTargetsForTest(GetParam()); }
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }

  std::mt19937 random{7};

  int between(int low, int high) { return std::uniform_int_distribution(low, high)(random); }

  std::vector<std::int8_t> codes(std::int64_t count) {
    std::vector<std::int8_t> result(static_cast<std::size_t>(count));
    for (auto& code : result) code = static_cast<std::int8_t>(between(-128, 127));
    return result;
  }

  std::vector<std::int32_t> biases(int count) {
    std::vector<std::int32_t> result(static_cast<std::size_t>(count));
    for (auto& bias : result) bias = between(-20000, 20000);
    if (count > 2) result[1] = std::numeric_limits<std::int32_t>::max();  // sums wrap around, as on the device
    return result;
  }

  micro::Multiplier multiplier(int least_shift, int most_shift) {
    return {between(1 << 30, INT32_MAX), between(least_shift, most_shift)};
  }

  /// A finish with multipliers that spread the sums over the codes and beyond, some of them with left shifts.
  struct Finish {
    std::vector<micro::Multiplier> multipliers;
    micro::Requantize requantize;
  };
  Finish finish(int channels) {
    Finish result;
    const bool per_channel = between(0, 3) != 0;
    for (int c = 0; c < (per_channel ? channels : 1); ++c) result.multipliers.push_back(multiplier(-12, 2));
    const int low = between(0, 1) == 0 ? -128 : between(-128, 0);
    result.requantize = {nullptr, per_channel, between(-128, 127), low, between(1, 127)};
    return result;
  }

  micro::Window2d window(int in_c, int out_c) {
    micro::Window2d g;
    g.batches = between(1, 2);
    g.in_c = in_c;
    g.out_c = out_c;
    g.filter_h = between(1, 4);
    g.filter_w = between(1, 5);
    g.stride_h = between(1, 3);
    g.stride_w = between(1, 3);
    g.dilation_h = between(1, 2);
    g.dilation_w = between(1, 2);
    g.pad_h = between(0, g.filter_h - 1);
    g.pad_w = between(0, g.filter_w - 1);
    g.out_h = between(1, 7);
    g.out_w = between(1, 9);
    // As large as the filter's way, or smaller where the border makes up for it.
    const int h = (g.out_h - 1) * g.stride_h + (g.filter_h - 1) * g.dilation_h + 1 - g.pad_h;
    const int w = (g.out_w - 1) * g.stride_w + (g.filter_w - 1) * g.dilation_w + 1 - g.pad_w;
    g.in_h = std::max(1, h - between(-2, 2));
    g.in_w = std::max(1, w - between(-2, 2));
    return g;
  }
};

constexpr int kCases = 150;

TEST_P(Simd, Conv2dGivesTheBytesOfTheReference) {
  for (int n = 0; n < kCases; ++n) {
    const micro::Window2d g = window(between(1, 20), between(1, 150));
    SCOPED_TRACE(testing::Message() << "case " << n << ": " << g.in_h << "x" << g.in_w << "x" << g.in_c << " to "
                                    << g.out_h << "x" << g.out_w << "x" << g.out_c);
    const auto input = codes(std::int64_t{1} * g.batches * g.in_h * g.in_w * g.in_c);
    const auto filter = codes(std::int64_t{1} * g.out_c * g.filter_h * g.filter_w * g.in_c);
    const auto bias = biases(g.out_c);
    const std::int32_t offset = between(-127, 128);
    Finish last = finish(g.out_c);
    last.requantize.multipliers = last.multipliers.data();
    const std::int32_t* bias_or_none = n % 4 == 0 ? nullptr : bias.data();

    std::vector<std::int8_t> expected(static_cast<std::size_t>(g.batches * g.out_h * g.out_w * g.out_c));
    micro::conv_2d(g, g.in_c, offset, input.data(), filter.data(), bias_or_none, expected.data(), last.requantize);
    std::vector<std::int8_t> actual(expected.size());
    simd::conv_2d(g, g.in_c, offset, filter.data(), bias_or_none, last.requantize)(input.data(), actual.data());
    ASSERT_EQ(actual, expected);
  }
}

TEST_P(Simd, DepthwiseConv2dGivesTheBytesOfTheReference) {
  for (int n = 0; n < kCases; ++n) {
    const int multiplier = between(0, 2) == 0 ? between(2, 5) : 1;
    const int in_c = n % 3 == 0 ? 1 << between(0, 6) : between(1, 150);
    const micro::Window2d g = window(in_c, in_c * multiplier);
    SCOPED_TRACE(testing::Message() << "case " << n << ": " << g.in_h << "x" << g.in_w << "x" << g.in_c << " to "
                                    << g.out_h << "x" << g.out_w << "x" << g.out_c);
    const auto input = codes(std::int64_t{1} * g.batches * g.in_h * g.in_w * g.in_c);
    const auto filter = codes(std::int64_t{1} * g.filter_h * g.filter_w * g.out_c);
    const auto bias = biases(g.out_c);
    const std::int32_t offset = between(-127, 128);
    Finish last = finish(g.out_c);
    last.requantize.multipliers = last.multipliers.data();
    const std::int32_t* bias_or_none = n % 4 == 0 ? nullptr : bias.data();

    std::vector<std::int8_t> expected(static_cast<std::size_t>(g.batches * g.out_h * g.out_w * g.out_c));
    micro::depthwise_conv_2d(g, multiplier, offset, input.data(), filter.data(), bias_or_none, expected.data(),
                             last.requantize);
    std::vector<std::int8_t> actual(expected.size());
    simd::depthwise_conv_2d(g, offset, filter.data(), bias_or_none, last.requantize)(input.data(), actual.data());
    ASSERT_EQ(actual, expected);
  }
}

TEST_P(Simd, FullyConnectedGivesTheBytesOfTheReference) {
  for (int n = 0; n < kCases; ++n) {
    const micro::FullyConnectedShape shape{between(1, 12), between(1, 200), between(1, 150)};
    SCOPED_TRACE(testing::Message() << shape.batches << "x" << shape.inputs << " to " << shape.outputs);
    const auto input = codes(std::int64_t{1} * shape.batches * shape.inputs);
    const auto weights = codes(std::int64_t{1} * shape.outputs * shape.inputs);
    const auto bias = biases(shape.outputs);
    const std::int32_t offset = between(-127, 128);
    Finish last = finish(shape.outputs);
    last.requantize.multipliers = last.multipliers.data();

    std::vector<std::int8_t> expected(static_cast<std::size_t>(shape.batches * shape.outputs));
    micro::fully_connected(shape, offset, 0, input.data(), weights.data(), bias.data(), expected.data(),
                           last.requantize);
    std::vector<std::int8_t> actual(expected.size());
    simd::fully_connected(shape, offset, weights.data(), bias.data(), last.requantize)(input.data(), actual.data());
    ASSERT_EQ(actual, expected);
  }
}

TEST_P(Simd, FloatConvolutionsGiveTheBitsOfTheReference) {
  const auto reals = [&](std::int64_t count) {
    std::vector<float> result(static_cast<std::size_t>(count));
    for (auto& value : result) value = std::normal_distribution<float>()(random);
    return result;
  };
  const micro::ClampFloat finish{-1.5F, 6.0F};
  for (int n = 0; n < kCases; ++n) {
    const micro::Window2d g = window(between(1, 20), between(1, 70));
    SCOPED_TRACE(testing::Message() << "case " << n << ": " << g.in_h << "x" << g.in_w << "x" << g.in_c << " to "
                                    << g.out_h << "x" << g.out_w << "x" << g.out_c);
    const auto input = reals(std::int64_t{1} * g.batches * g.in_h * g.in_w * g.in_c);
    const auto filter = reals(std::int64_t{1} * g.out_c * g.filter_h * g.filter_w * g.in_c);
    const auto bias = reals(g.out_c);
    const float* bias_or_none = n % 4 == 0 ? nullptr : bias.data();
    std::vector<float> expected(static_cast<std::size_t>(g.batches * g.out_h * g.out_w * g.out_c));
    micro::conv_2d(g, g.in_c, 0, input.data(), filter.data(), bias_or_none, expected.data(), finish);
    std::vector<float> actual(expected.size());
    simd::conv_2d(g, g.in_c, filter.data(), bias_or_none, finish)(input.data(), actual.data());
    ASSERT_EQ(actual, expected);

    const micro::FullyConnectedShape shape{g.batches, g.in_h * g.in_w * g.in_c, g.out_c};
    const auto weights = reals(std::int64_t{1} * shape.inputs * shape.outputs);
    expected.resize(static_cast<std::size_t>(shape.batches * shape.outputs));
    actual.resize(expected.size());
    micro::fully_connected(shape, 0, 0, input.data(), weights.data(), bias_or_none, expected.data(), finish);
    simd::fully_connected(shape, weights.data(), bias_or_none, finish)(input.data(), actual.data());
    ASSERT_EQ(actual, expected);
  }
}

TEST_P(Simd, AddGivesTheBytesOfTheReferenceForAllPairsOfCodes) {
  std::vector<std::int8_t> a;
  std::vector<std::int8_t> b;
  for (int i = -128; i < 128; ++i) {
    for (int j = -128; j < 128; ++j) {
      a.push_back(static_cast<std::int8_t>(i));
      b.push_back(static_cast<std::int8_t>(j));
    }
  }
  a.pop_back();  // a last vector that is not full
  b.pop_back();
  for (int n = 0; n < 40; ++n) {
    micro::AddParams params;
    params.offset_a = between(-127, 128);
    params.offset_b = between(-127, 128);
    params.left_shift = 20;
    params.multiplier_a = {1 << 30, 0};
    params.multiplier_b = multiplier(n % 8 == 0 ? -20 : -5, 0);
    params.multiplier_out = multiplier(-19, -15);
    params.output_zero_point = between(-128, 127);
    params.low = -128;
    params.high = between(0, 127);
    params.subtract = n % 2 == 1;
    ASSERT_TRUE(simd::can_add(params));
    std::vector<std::int8_t> expected(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) expected[i] = micro::add_codes(params, a[i], b[i]);
    std::vector<std::int8_t> actual(a.size());
    simd::add(params, a.data(), b.data(), actual.data(), a.size());
    ASSERT_EQ(actual, expected) << n;
  }
}

TEST_P(Simd, QuantizeGivesTheBytesOfTheReference) {
  std::vector<float> x = {0.0F,        -0.0F,        0.5F,   -0.5F,   1.5F,       2.5F,     -2.5F,
                          0.49999997F, -0.49999997F, 1e30F,  -1e30F,  8388609.0F, INFINITY, -INFINITY,
                          NAN,         126.5F,       127.5F, -128.5F, -127.5F};
  for (int n = 0; n < 5000; ++n) x.push_back(std::uniform_real_distribution<float>(-3, 3)(random));
  for (const float scale : {1.0F, 0.0173F, 0.5F, 1e-30F}) {
    const std::int32_t zero_point = between(-128, 127);
    std::vector<std::int8_t> expected(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      expected[i] = static_cast<std::int8_t>(micro::quantize(x[i], scale, zero_point, -128, 127));
    }
    std::vector<std::int8_t> actual(x.size());
    simd::quantize(x.data(), scale, zero_point, actual.data(), x.size());
    for (std::size_t i = 0; i < x.size(); ++i) ASSERT_EQ(actual[i], expected[i]) << x[i] << " / " << scale;
  }
}

TEST(SimdKernels, DeclineWhatTheyCannotDo) {
  const micro::Window2d groups{1, 1, 1, 4, 1, 1, 2, 1, 1, 1, 1, 1, 1, 0, 0};
  const std::int8_t weights[4] = {};
  const micro::Multiplier one{1 << 30, 1};
  const micro::Requantize finish{&one, false, 0, -128, 127};
  EXPECT_FALSE(simd::conv_2d(groups, 2, 0, weights, nullptr, finish));
  EXPECT_FALSE(simd::conv_2d(groups, 4, 1000, weights, nullptr, finish));
  EXPECT_FALSE(simd::depthwise_conv_2d(groups, 129, weights, nullptr, finish));
  EXPECT_FALSE(simd::fully_connected({1, 4, 1}, -128, weights, nullptr, finish));
  micro::Window2d huge = groups;
  huge.filter_h = 2;
  huge.dilation_h = 1 << 30;
  EXPECT_FALSE(simd::conv_2d(huge, 4, 0, weights, nullptr, finish));
}

/// The instruction sets that this processor has, as bits.
std::vector<std::int64_t> targets() {
  std::vector<std::int64_t> result;
  std::int64_t rest = hwy::SupportedTargets();
  while (rest != 0) {
    result.push_back(rest & -rest);
    rest &= rest - 1;
  }
  return result;
}

INSTANTIATE_TEST_SUITE_P(Targets, Simd, testing::ValuesIn(targets()),
                         [](const auto& parameter) { return std::string(hwy::TargetName(parameter.param)); });

}  // namespace
}  // namespace mltk
