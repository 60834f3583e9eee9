#include "audio/resample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audio/golden_sounds.h"
#include "base/error.h"

namespace mltk::audio {
namespace {

/// Filters of different libraries differ where a sound begins and ends.
constexpr std::size_t kEdge = 200;

TEST(Resample, AgreesWithLibrosa) {
  const auto sound = golden_sound("sound");
  for (const int rate : {8000, 22050}) {
    const auto expected = golden_sound("resample_" + std::to_string(rate));
    const auto actual = resample(sound, 16000, rate);
    ASSERT_EQ(actual.size(), expected.size()) << rate;
    EXPECT_LT(largest_difference(actual, expected, kEdge), 2e-3F) << rate;
  }
}

TEST(Resample, LeavesASoundOfTheSameRate) {
  const auto sound = golden_sound("sound");
  EXPECT_EQ(resample(sound, 16000, 16000), sound);
}

TEST(Resample, RefusesImpossibleRates) {
  const std::vector<float> sound(10);
  EXPECT_THROW(resample(sound, 16000, 0), Error);
  EXPECT_THAT([&] { resample(sound, 1, 16000); }, testing::ThrowsMessage<Error>(testing::HasSubstr("256 times")));
}

}  // namespace
}  // namespace mltk::audio
