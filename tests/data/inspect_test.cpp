#include "data/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "audio/sound_file.h"
#include "base/error.h"
#include "base/file.h"
#include "data/format.h"

namespace mltk {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Inspect : public testing::Test {
 protected:
  fs::path folder_ = fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();

  void SetUp() override { fs::remove_all(folder_); }
  void put(const std::string& path, std::string_view text) const { write_file(folder_ / path, text); }
  /// A picture whose first pixel is `first` and whose others are `others`.
  void put_picture(const std::string& path, std::int64_t height, std::int64_t width, std::uint8_t first,
                   std::uint8_t others) const {
    Tensor picture(DType::uint8, {height, width, 1});
    std::ranges::fill(picture.bytes(), others);
    picture.bytes()[0] = first;
    write_file(folder_ / path, encode_png(picture));
  }
  /// Findings as "what: files".
  std::vector<std::string> find(const std::vector<UsedFile>& files, const ContentCheck& check = nullptr,
                                int threads = 1) const {
    std::vector<std::string> texts;
    for (const Finding& finding : inspect_files(folder_, files, check, threads).findings) {
      texts.push_back(fmt::format("{}: {}", finding.what, fmt::join(finding.files, ", ")));
    }
    return texts;
  }
};

TEST_F(Inspect, FindsNothingInFilesThatDiffer) {
  put("a/1", "one");
  put("a/2", "two");
  put("b/1", "three");
  EXPECT_THAT(find({{"a/1"}, {"a/2", 0, true}, {"b/1", 1}}), IsEmpty());
}

TEST_F(Inspect, TellsEqualFilesByWhereTheyAreUsed) {
  for (const char* path : {"a/1", "a/2", "a/3"}) put(path, "same");
  for (const char* path : {"a/4", "a/5"}) put(path, "in both");
  for (const char* path : {"a/6", "b/1"}) put(path, "in two classes");
  EXPECT_THAT(
      find({{"a/1"}, {"a/2"}, {"a/3"}, {"a/4"}, {"a/5", 0, true}, {"a/6"}, {"b/1", 1}}),
      ElementsAre("the same content twice: a/1 = a/2 = a/3", "the same content in training and validation: a/4 = a/5",
                  "the same content in two classes: a/6 = b/1"));
}

TEST_F(Inspect, NamesASpeakerWhoIsInBothSplitsOnce) {
  const std::vector<UsedFile> files = {
      {"on/a_nohash_0.wav"},           {"on/b_nohash_0.wav"},           {"on/a_nohash_1.wav", 0, true},
      {"off/a_nohash_0.wav", 1, true}, {"off/c_nohash_0.wav", 1, true}, {"on/plain.wav"},
      {"off/plain.wav", 1, true},
  };
  for (const UsedFile& file : files) put(file.path, file.path);
  EXPECT_THAT(find(files),
              ElementsAre("one speaker in training and validation: on/a_nohash_0.wav and on/a_nohash_1.wav"));
}

TEST_F(Inspect, NamesEveryFileThatCannotBeRead) {
  put("a/1.png", "no picture");
  put_picture("a/2.png", 4, 4, 0, 1);
  const auto unreadable =
      inspect_files(folder_, {{"a/1.png"}, {"a/2.png"}, {"a/3.png"}}, picture_check(0, 0), 1).unreadable;
  EXPECT_THAT(unreadable, ElementsAre(HasSubstr("a/1.png: not a picture"), HasSubstr("a/3.png")));
}

TEST_F(Inspect, FindsPicturesWithoutContentAndTooSmallOnes) {
  put_picture("a/flat.png", 8, 8, 7, 7);
  put_picture("a/fine.png", 8, 8, 1, 7);
  put_picture("a/low.png", 7, 8, 2, 7);
  put_picture("a/narrow.png", 8, 7, 3, 7);
  EXPECT_THAT(find({{"a/flat.png"}, {"a/fine.png"}, {"a/low.png"}, {"a/narrow.png"}}, picture_check(8, 8)),
              ElementsAre("of a single colour: a/flat.png", "smaller than 8x8, so enlarged: a/low.png, a/narrow.png"));
}

TEST_F(Inspect, FindsSilentAndClippedSoundsAndOtherRates) {
  const auto put_sound = [&](const char* path, float low, float high, std::int64_t rate_hz) {
    audio::Clip clip{.samples = std::vector<float>(1000, low), .rate_hz = rate_hz};
    for (std::size_t i = 0; i < 500; ++i) clip.samples[i] = high;
    audio::write_wav_file(folder_ / path, clip);
  };
  put_sound("a/fine.wav", -0.5F, 0.5F, 16000);
  put_sound("a/silent.wav", 0, 1.0F / 32768, 16000);
  put_sound("a/loud.wav", -1, 1, 16000);
  put_sound("a/slow.wav", -0.5F, 0.4F, 8000);
  put("a/text.wav", "no sound");
  const std::vector<UsedFile> files = {{"a/fine.wav"}, {"a/silent.wav"}, {"a/loud.wav"}, {"a/slow.wav"}};
  EXPECT_THAT(find(files, sound_check(16000)),
              ElementsAre("silent: a/silent.wav", "clipped: more than 1 % of the samples are at full scale: a/loud.wav",
                          "not recorded at 16000 Hz, so resampled: a/slow.wav"));
  EXPECT_THAT(inspect_files(folder_, {{"a/text.wav"}}, sound_check(16000), 1).unreadable,
              ElementsAre(HasSubstr("a/text.wav: not a readable sound file")));
}

/// Samples [N, 2, 2] f32 whose values are `first` of each and 1.
Tensor samples(const std::vector<float>& first) {
  Tensor tensor(DType::float32, {std::ssize(first), 2, 2});
  std::ranges::fill(tensor.as<float>(), 1.0F);
  for (std::size_t i = 0; i < first.size(); ++i) tensor.as<float>()[4 * i] = first[i];
  return tensor;
}

std::vector<std::string> texts_of(const SampleInspector& inspector) {
  std::vector<std::string> texts;
  for (const Finding& finding : inspector.findings())
    texts.push_back(fmt::format("{}: {}", finding.what, fmt::join(finding.files, ", ")));
  return texts;
}

TEST(SampleInspector, FindsNothingInSamplesThatDiffer) {
  SampleInspector inspector(1);
  inspector.add({samples({2, 3})}, {}, false);
  inspector.add({samples({4, 5})}, {}, true);
  EXPECT_THAT(texts_of(inspector), IsEmpty());
}

TEST(SampleInspector, TellsEqualSamplesByWhereTheyAreUsed) {
  SampleInspector inspector(2);
  const std::vector<std::int64_t> ids = {0, 0, 1, 0, 1};
  inspector.add({samples({2, 2, 3, 4, 4})}, ids, false);
  inspector.add({samples({5})}, std::vector<std::int64_t>{1}, false);
  inspector.add({samples({6, 3})}, std::vector<std::int64_t>{1, 1}, true);
  EXPECT_THAT(texts_of(inspector),
              ElementsAre("the same content twice: training[0] = training[1]",
                          "the same content in training and validation: training[2] = validation[1]",
                          "the same content in two classes: training[3] = training[4]"));
}

TEST(SampleInspector, FindsValuesThatAreNotFiniteOrAlwaysTheSame) {
  SampleInspector inspector(1);
  const float infinity = std::numeric_limits<float>::infinity();
  inspector.add({samples({2, std::nanf(""), 1, infinity})}, {}, false);
  EXPECT_THAT(texts_of(inspector), ElementsAre("with a value that is NaN or infinite: training[1], training[3]",
                                               "of a single value: training[2]"));
}

TEST(SampleInspector, LooksAtAllInputsOfASample) {
  SampleInspector inspector(1);
  inspector.add({samples({1, 1, 1}), samples({2, 3, 2})}, {}, false);
  EXPECT_THAT(texts_of(inspector), ElementsAre("the same content twice: training[0] = training[2]"));
}

TEST(SampleInspector, FindsOtherShapesAndSizes) {
  SampleInspector inspector(1);
  inspector.add({samples({0.5F, 0.25F})}, {}, false);
  Tensor wide(DType::float32, {1, 2, 3});
  std::ranges::fill(wide.as<float>(), 255.0F);
  wide.as<float>()[0] = 0;
  inspector.add({std::move(wide)}, {}, true);
  EXPECT_THAT(texts_of(inspector),
              ElementsAre("of another shape than the first sample, (2, 2): validation[0]",
                          "values of another size in training and validation (root mean square): training 0.888, "
                          "validation 233"));
}

TEST_F(Inspect, DoesNotDependOnThreads) {
  std::vector<UsedFile> files;
  for (int i = 0; i < 40; ++i) {
    files.push_back({fmt::format("a/{}.png", i), 0, i % 3 == 0});
    put_picture(files.back().path, 4, 4, static_cast<std::uint8_t>(i / 2), 7);
  }
  const auto alone = find(files, picture_check(5, 5), 1);
  EXPECT_FALSE(alone.empty());
  EXPECT_EQ(find(files, picture_check(5, 5), 4), alone);
}

}  // namespace
}  // namespace mltk
