#include "audio/length.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "audio/golden_sounds.h"
#include "base/file.h"

namespace mltk::audio {
namespace {

using testing::ElementsAre;

TEST(TrimmedRange, IsThatOfLibrosa) {
  const auto sound = golden_sound("noisy");
  const auto expected = nlohmann::json::parse(read_text_file(golden_sounds() / "trim.json"))["noisy"];
  ASSERT_EQ(expected.size(), 4U);
  for (const auto& [threshold, range] : expected.items()) {
    const auto [first, last] = trimmed_range(sound, std::stod(threshold));
    EXPECT_EQ(first, range[0].get<std::size_t>()) << threshold;
    EXPECT_EQ(last, range[1].get<std::size_t>()) << threshold;
  }
}

TEST(TrimmedRange, KeepsASilentSoundWhole) {
  const std::vector<float> silence(5000);
  EXPECT_EQ(trimmed_range(silence, 20), std::pair(std::size_t{0}, std::size_t{5000}));
}

TEST(FitLength, PutsZerosAroundAShorterSound) {
  const std::vector<float> sound = {1, 2};
  EXPECT_THAT(fit_length(sound, 6, 0), ElementsAre(1, 2, 0, 0, 0, 0));
  EXPECT_THAT(fit_length(sound, 6, 0.5), ElementsAre(0, 0, 1, 2, 0, 0));
  EXPECT_THAT(fit_length(sound, 6, 1), ElementsAre(0, 0, 0, 0, 1, 2));
}

TEST(FitLength, CutsAPieceOutOfALongerSound) {
  const std::vector<float> sound = {1, 2, 3, 4, 5};
  EXPECT_THAT(fit_length(sound, 3, 0), ElementsAre(1, 2, 3));
  EXPECT_THAT(fit_length(sound, 3, 0.5), ElementsAre(2, 3, 4));
  EXPECT_THAT(fit_length(sound, 3, 1), ElementsAre(3, 4, 5));
}

}  // namespace
}  // namespace mltk::audio
