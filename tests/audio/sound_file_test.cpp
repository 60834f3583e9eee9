#include "audio/sound_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audio/golden_sounds.h"
#include "base/error.h"
#include "base/file.h"

namespace mltk::audio {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

fs::path temporary(const std::string& name) { return fs::path(testing::TempDir()) / "mltk_sound_file" / name; }

TEST(ReadSoundFile, ReadsTheFirstChannelOfEveryFormat) {
  const auto sound = golden_sound("sound");
  for (const auto& [name, tolerance] : {std::pair("tone.wav", 3.1e-5F), {"tone.flac", 3.1e-5F}, {"tone.ogg", 0.05F}}) {
    const Clip clip = read_sound_file(golden_sounds() / name);
    EXPECT_EQ(clip.rate_hz, 16000) << name;
    ASSERT_EQ(clip.samples.size(), sound.size()) << name;
    EXPECT_LT(largest_difference(clip.samples, sound), tolerance) << name;
  }
}

TEST(WriteWavFile, IsReadBackWithClippedValues) {
  const auto path = temporary("written.wav");
  write_wav_file(path, {.samples = {0, 0.5F, -1, 2, -0.25F}, .rate_hz = 8000});
  const Clip clip = read_sound_file(path);
  EXPECT_EQ(clip.rate_hz, 8000);
  EXPECT_THAT(clip.samples, testing::ElementsAre(0, 0.5F, -1, 32767.0F / 32768, -0.25F));
}

TEST(ReadSoundFile, SaysWhichFileIsWrongAndHow) {
  const auto bytes = read_file(golden_sounds() / "tone.wav");
  const auto flac = read_file(golden_sounds() / "tone.flac");
  const struct {
    std::string name;
    std::vector<std::uint8_t> bytes;
    std::string message;
  } cases[] = {
      {"empty.wav", {}, "it is empty (0 bytes)"},
      {"text.wav", {'h', 'e', 'l', 'l', 'o'}, "not a sound: its 5 bytes begin as none of WAV, FLAC, Ogg"},
      {"header.wav", {bytes.begin(), bytes.begin() + 40}, "it is cut off"},
      {"half.wav", {bytes.begin(), bytes.begin() + 8000}, "its header says 16000 bytes of samples, it has 7956"},
      {"half.flac", {flac.begin(), flac.begin() + std::ssize(flac) / 2}, ""},
      {"start.flac", {flac.begin(), flac.begin() + 20}, ""},
  };
  for (const auto& [name, content, message] : cases) {
    const auto path = temporary(name);
    write_file(path, content);
    EXPECT_THAT([&] { read_sound_file(path); }, ThrowsMessage<Error>(AllOf(HasSubstr(name), HasSubstr(message))));
  }
  EXPECT_THAT([&] { read_sound_file(temporary("absent.wav")); }, ThrowsMessage<Error>(HasSubstr("absent.wav")));
}

}  // namespace
}  // namespace mltk::audio
