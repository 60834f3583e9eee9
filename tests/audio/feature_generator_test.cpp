#include "audio/feature_generator.h"

#include <gmock/gmock.h>

#include "golden.h"

namespace mltk::audio {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::filesystem::path folder() { return shared_data() / "golden" / "audio_frontend"; }

/// The settings of the parameters `fe.*`; each of them must be there.
FeatureSettings settings_of(const nlohmann::ordered_json& json) {
  FeatureSettings s;
  visit_fields(s, [&](const char* name, auto& field) { json.at(std::string("fe.") + name).get_to(field); });
  return s;
}

/// The samples of a clip, cut or filled up with zeros.
std::vector<std::int16_t> clip_of(const nlohmann::ordered_json& json, std::size_t length) {
  const Tensor clip = read_npy(folder() / json.at("audio").get<std::string>());
  std::vector<std::int16_t> samples(clip.as<std::int16_t>().begin(), clip.as<std::int16_t>().end());
  samples.resize(length);
  return samples;
}

struct FeatureCase {
  std::string name;
  nlohmann::ordered_json json;
};

std::vector<FeatureCase> cases_with(const char* key) {
  const auto json = nlohmann::ordered_json::parse(read_text_file(folder() / "case.json"));
  std::vector<FeatureCase> cases;
  for (const auto& one : json.at("cases")) {
    if (!one.contains(key)) continue;
    cases.push_back({one.at("setting").get<std::string>() + " " + one.at("clip").get<std::string>(), one});
  }
  return cases;
}

TEST(FeatureGenerator, EqualsTheGoldenSpectrogramsInEveryBit) {
  MLTK_NEEDS_GOLDEN_DATA();
  const auto cases = cases_with("uint16");
  ASSERT_GE(cases.size(), 61);
  for (const FeatureCase& one : cases) {
    SCOPED_TRACE(one.name);
    const FeatureSettings settings = settings_of(one.json.at("settings"));
    EXPECT_EQ(settings.height(), one.json.at("shape")[0]);
    EXPECT_EQ(settings.width(), one.json.at("shape")[1]);
    FeatureGenerator generator(settings);
    const auto samples = clip_of(one.json, static_cast<std::size_t>(settings.sample_length()));
    const Tensor expected = read_npy(folder() / one.json.at("uint16").get<std::string>());
    EXPECT_TRUE(generator.process(samples, DType::uint16) == expected);
    EXPECT_EQ(generator.activity_was_detected(), one.json.at("activity").get<bool>());
    EXPECT_FALSE(generator.activity_was_detected());
    EXPECT_TRUE(generator.process(samples, DType::float32) == expected.cast(DType::float32));
    EXPECT_TRUE(generator.process(samples, DType::int8) == read_npy(folder() / one.json.at("int8").get<std::string>()));
  }
}

TEST(FeatureGenerator, StreamsTheRowsOfTheWholeClip) {
  MLTK_NEEDS_GOLDEN_DATA();
  for (const FeatureCase& one : cases_with("uint16")) {
    SCOPED_TRACE(one.name);
    FeatureGenerator generator(settings_of(one.json.at("settings")));
    const auto samples = clip_of(one.json, static_cast<std::size_t>(generator.settings().sample_length()));
    std::vector<std::uint16_t> rows;
    std::size_t chunk = 1;
    for (std::size_t at = 0; at < samples.size(); at += chunk, chunk = chunk * 3 % 1009) {
      generator.push(std::span(samples).subspan(at, std::min(chunk, samples.size() - at)),
                     [&](std::span<const std::uint16_t> row) { rows.insert(rows.end(), row.begin(), row.end()); });
    }
    const Tensor expected = read_npy(folder() / one.json.at("uint16").get<std::string>());
    EXPECT_TRUE(std::ranges::equal(rows, expected.as<std::uint16_t>()));
    EXPECT_EQ(generator.activity_was_detected(), one.json.at("activity").get<bool>());
  }
}

TEST(FeatureGenerator, RefusesWhatTheReferenceRefuses) {
  MLTK_NEEDS_GOLDEN_DATA();
  const auto cases = cases_with("error");
  ASSERT_GE(cases.size(), 2);
  for (const FeatureCase& one : cases) {
    SCOPED_TRACE(one.name);
    EXPECT_THROW(FeatureGenerator(settings_of(one.json.at("settings"))), Error);
  }
}

TEST(FeatureGenerator, WantsSamplesOfTheLengthInTheSettings) {
  FeatureGenerator generator(FeatureSettings{});
  const std::vector<std::int16_t> samples(15999);
  EXPECT_THAT([&] { generator.process(samples, DType::uint16); },
              ThrowsMessage<Error>(HasSubstr("has 15999 values, expected 16000: 1000 ms at 16000 Hz")));
}

TEST(FeatureGenerator, WantsRoomForTheSpectrogram) {
  FeatureGenerator generator(FeatureSettings{});
  const std::vector<std::int16_t> samples(16000);
  std::vector<std::uint16_t> spectrogram(7);
  EXPECT_THAT([&] { generator.process(samples, spectrogram); },
              ThrowsMessage<Error>(HasSubstr("7 features, expected 98 x 32")));
}

TEST(FeatureGenerator, RefusesOtherTypes) {
  FeatureGenerator generator(FeatureSettings{});
  const std::vector<std::int16_t> samples(16000);
  EXPECT_THAT([&] { generator.process(samples, DType::int32); },
              ThrowsMessage<Error>(HasSubstr("dtype is int32, expected int8, uint16 or float32")));
}

TEST(FeatureGenerator, StartsEveryClipAnew) {
  FeatureSettings settings;
  settings.noise_reduction_enable = true;
  FeatureGenerator generator(settings);
  std::vector<std::int16_t> samples(16000);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<std::int16_t>(i * i * 7919 % 20011);
  const Tensor first = generator.process(samples, DType::uint16);
  generator.push(std::span(samples).first(777), [](auto) {});
  EXPECT_TRUE(generator.process(samples, DType::uint16) == first);
  EXPECT_TRUE(std::ranges::any_of(first.as<std::uint16_t>(), [](std::uint16_t x) { return x > 0; }));
}

}  // namespace
}  // namespace mltk::audio
