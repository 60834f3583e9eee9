#include "audio/frontend.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "audio/quantize.h"

namespace mltk::audio {
namespace {

using testing::ElementsAre;

TEST(Frontend, RoundsSquareRoots) {
  for (std::uint64_t root : {1ULL, 2ULL, 255ULL, 65534ULL, 65537ULL, 1000003ULL, 4294967294ULL}) {
    EXPECT_EQ(rounded_sqrt(root * root), root);
    EXPECT_EQ(rounded_sqrt(root * root + root), root);
    EXPECT_EQ(rounded_sqrt(root * root + root + 1), root + 1);
    EXPECT_EQ(rounded_sqrt(root * root - 1), root == 1 ? 0 : root);
  }
}

TEST(Frontend, SquareRootsDoNotGrowBeyondTheirBits) {
  EXPECT_EQ(rounded_sqrt(0xFFFFFFFF), 0xFFFF);
  EXPECT_EQ(rounded_sqrt(0x100000000), 0x10000);
  EXPECT_EQ(rounded_sqrt(UINT64_MAX), 0xFFFFFFFF);
}

TEST(Frontend, LogarithmsAreWithinAUnitOfTheLast) {
  for (std::uint32_t x = 2; x < 0xF0000000; x += x / 7 + 1) {
    EXPECT_NEAR(scaled_log(x, 6), 64 * std::log(x), 1.0) << x;
  }
  EXPECT_EQ(scaled_log(0, 6), 0);
  EXPECT_EQ(scaled_log(1, 6), 0);
}

TEST(Frontend, ANegativeGainIsALargeOne) {
  const std::int16_t gains[GainControl::kGains] = {-1};
  std::uint32_t signal[] = {1000};
  const std::uint32_t estimate[] = {0};
  control_gain({true, gains, 10}, 1, signal, estimate);
  EXPECT_EQ(signal[0], 65535935);  // ((1000 * 0xFFFFFFFF >> 10) >> 6) - 64
}

TEST(Frontend, TheNotchFilterRemovesAConstant) {
  FrontendState state;
  const DcNotch notch{true, static_cast<std::int32_t>(0.95 * 32768)};
  const std::vector<std::int16_t> constant(400, 12000);
  std::vector<std::int16_t> filtered(constant.size());
  dc_notch(notch, state, constant.data(), 400, filtered.data());
  EXPECT_EQ(filtered[0], 12000);
  EXPECT_EQ(filtered[1], 11400);
  EXPECT_NEAR(filtered[399], 0, 20);
}

TEST(Fft, DecimatedOrderIsAPermutation) {
  for (int length = 2; length <= 1024; length *= 2) {
    std::vector<int> order;
    for (int i = 0; i < length; ++i) order.push_back(decimated(i, length));
    std::ranges::sort(order);
    for (int i = 0; i < length; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
  }
}

TEST(Quantize, MapsTheFixedRange) {
  const std::uint16_t features[] = {0, 1, 2, 333, 664, 666, 65535};
  std::int8_t codes[7];
  quantize_static(features, 7, codes);
  EXPECT_THAT(codes, ElementsAre(-128, -128, -127, 0, 127, 127, 127));
}

TEST(Quantize, MapsTheRangeBelowTheLargest) {
  const std::uint16_t features[] = {0, 500, 700, 850, 999, 1000};
  std::int8_t codes[6];
  quantize_dynamic(features, 6, 300, codes);
  EXPECT_THAT(codes, ElementsAre(-128, -128, -128, -1, 126, 127));
}

TEST(Quantize, SilenceIsTheLowestCode) {
  const std::uint16_t features[] = {0, 0};
  std::int8_t codes[2];
  quantize_dynamic(features, 2, 294, codes);
  EXPECT_THAT(codes, ElementsAre(-128, -128));
}

}  // namespace
}  // namespace mltk::audio
