#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "data/format.h"
#include "image/colour.h"
#include "tensor/npy.h"

namespace mltk {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// A file of the test, written with `bytes`.
fs::path file(const std::string& name, std::span<const std::uint8_t> bytes) {
  const fs::path path =
      fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->test_suite_name() / name;
  write_file(path, bytes);
  return path;
}
fs::path file(const std::string& name, std::string_view bytes) {
  return file(name, std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

/// Pictures of every kind, from tools/make_golden_pictures.py.
std::vector<fs::path> golden_pictures() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(fs::path(MLTK_SOURCE_DIR) / "tests" / "golden" / "pictures")) {
    if (entry.path().extension() != ".npy") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  return paths;
}

class GoldenPicture : public testing::TestWithParam<fs::path> {};

TEST_P(GoldenPicture, IsReadAsPillowReadsIt) {
  const Tensor expected = read_npy(fs::path(GetParam()).replace_extension(".npy"));
  EXPECT_EQ(image::convert_channels(read_picture(GetParam()), expected.shape()[2]), expected);
}

TEST_P(GoldenPicture, CutAnywhereIsAnErrorThatNamesTheFile) {
  const auto bytes = read_file(GetParam());
  // The end marks of PNG (12 bytes) and JPEG (2) hold no pixels.
  for (std::size_t size = 0; size + 13 < bytes.size(); size += 1 + bytes.size() / 10) {
    const fs::path path = file(GetParam().filename().string(), std::span(bytes).first(size));
    EXPECT_THAT([&] { read_picture(path); }, ThrowsMessage<Error>(HasSubstr(path.string()))) << size;
  }
}

TEST_P(GoldenPicture, DamagedIsReadOrAnErrorButNoCrash) {
  const auto good = read_file(GetParam());
  const FormatDef* format = *std::ranges::find_if(format_table(), [&](const FormatDef* def) {
    return std::ranges::any_of(def->signatures, [&](std::string_view signature) {
      return std::string_view(reinterpret_cast<const char*>(good.data()), good.size()).starts_with(signature);
    });
  });
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xFF}) {
      auto bytes = good;
      bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ flip);
      try {
        EXPECT_EQ(format->decode(bytes).shape().rank(), 3U);
      } catch (const Error& error) {
        EXPECT_NE(error.kind(), ErrorKind::internal) << error.what();
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, GoldenPicture, testing::ValuesIn(golden_pictures()),
                         [](const auto& parameter) { return parameter.param.stem().string(); });

TEST(Formats, CanBeToldApartByTheirFirstBytes) {
  for (const FormatDef* one : format_table()) {
    EXPECT_FALSE(one->signatures.empty());
    for (const FormatDef* other : format_table()) {
      for (const std::string_view signature : one->signatures) {
        EXPECT_EQ(one == other, std::ranges::any_of(other->signatures, [&](std::string_view start) {
                    return signature.starts_with(start);
                  }));
      }
    }
  }
}

TEST(Formats, AHeaderCannotAskForAllMemory) {
  // A bitmap of 2^31 - 1 by 2^31 - 1 pixels, of 54 bytes.
  std::string bytes(54, '\0');
  bytes.replace(0, 2, "BM");
  bytes.replace(14, 1, "\x28");
  bytes.replace(18, 8, "\xFF\xFF\xFF\x7F\xFF\xFF\xFF\x7F");
  bytes.replace(28, 1, "\x18");
  EXPECT_THAT([&] { read_picture(file("huge.bmp", bytes)); },
              ThrowsMessage<Error>(AllOf(HasSubstr("huge.bmp"), HasSubstr("2147483647x2147483647 pixels"))));
}

TEST(Formats, TellsWhatIsWrongWithAFile) {
  EXPECT_THAT([] { read_picture(file("a.png", "GIF89a")); },
              ThrowsMessage<Error>(AllOf(HasSubstr("a.png: not a picture"), HasSubstr("6 bytes"), HasSubstr("JPEG"))));
  EXPECT_THAT([] { read_picture(file("a.gif", "GIF89a")); },
              ThrowsMessage<Error>(HasSubstr("files of kind 'gif' are not read")));
}

TEST(Formats, LooksOnlyAtFilesWithAKnownSuffix) {
  EXPECT_TRUE(begins_as_picture(file("b.PNG", "\x89PNG\r\n\x1A\n")));
  EXPECT_TRUE(begins_as_picture(file("jpeg.png", "\xFF\xD8\xFF")));
  EXPECT_FALSE(begins_as_picture(file("text.png", "text")));
  EXPECT_FALSE(begins_as_picture(file("empty.jpg", "")));
  EXPECT_TRUE(begins_as_picture(file("sound.raw", "text")));
  EXPECT_THAT([] { begins_as_picture("absent.png"); }, ThrowsMessage<Error>(HasSubstr("absent.png")));
}

}  // namespace
}  // namespace mltk
