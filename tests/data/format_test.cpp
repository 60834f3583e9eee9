#include "data/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "tensor/npy.h"

namespace mltk {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;
using Bytes = std::vector<std::uint8_t>;

// Files that Pillow wrote.
/// 8 x 8 pixels of grey 100.
const std::string kGreyJpeg =
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a1f"
    "1e1d1a1c1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b080008000801011100ffc400140001"
    "00000000000000000000000000000005ffc40014100100000000000000000000000000000000ffda0008010100003f000dffd9";
/// Red, green; green, blue: two bits a pixel.
const std::string kPalettePng =
    "89504e470d0a1a0a0000000d49484452000000020000000202030000000fd8e5b700000009504c5445ff000000ff000000ff2d4acd8a"
    "0000000c49444154789c6310604800000094007157f045b70000000049454e44ae426082";
/// 0, 0x1234; 0x8000, 0xffff.
const std::string kPng16 =
    "89504e470d0a1a0a0000000d4948445200000002000000021000000000074d8ebb0000001249444154789c6360601032616860f8ff1f"
    "0006bd02c5cbce3a380000000049454e44ae426082";
/// 0x40, 0x80 with a gamma of 1.
const std::string kGammaPng =
    "89504e470d0a1a0a0000000d4948445200000002000000010800000000d14920560000000467414d41000186a031e8965f0000000b49"
    "444154789c6370680000010300c1d421e0fa0000000049454e44ae426082";
/// Says that it has 60000 x 60000 pixels.
const std::string kHugePng =
    "89504e470d0a1a0a0000000d494844520000ea600000ea600800000000a5b92a9e000000004944415435af061e0000000049454e44ae"
    "426082";

Bytes from_hex(std::string_view hex) {
  Bytes bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

fs::path file_with(const std::string& name, const Bytes& bytes) {
  const fs::path path = fs::path(testing::TempDir()) / name;
  write_file(path, bytes);
  return path;
}

/// The error's message; empty when the picture can be read.
std::string error_of(const std::string& name, const Bytes& bytes) {
  try {
    read_picture(file_with(name, bytes));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_data);
    return error.message();
  }
  return "";
}

TEST(Png, ComesBackExactly) {
  for (const std::int64_t channels : {1, 3, 4}) {
    Tensor picture(DType::uint8, {3, 5, channels});
    for (std::size_t i = 0; i < picture.as<std::uint8_t>().size(); ++i) {
      picture.as<std::uint8_t>()[i] = static_cast<std::uint8_t>(37 * i);
    }
    const auto path = fs::path(testing::TempDir()) / "picture.png";
    write_png(path, picture);
    EXPECT_EQ(read_picture(path), picture);
    EXPECT_EQ(read_file(path), encode_png(picture));
  }
}

TEST(Png, HasOneThreeOrFourChannels) {
  for (const std::int64_t channels : {2, 5}) {
    EXPECT_THAT([&] { encode_png(Tensor(DType::uint8, {3, 5, channels})); },
                ThrowsMessage<Error>(HasSubstr("channels")))
        << channels;
  }
}

TEST(Png, CutAnywhereIsAnErrorThatNamesTheFile) {
  Tensor picture(DType::uint8, {9, 9, 3});
  for (std::size_t i = 0; i < 243; ++i) picture.as<std::uint8_t>()[i] = static_cast<std::uint8_t>(i * i);
  const Bytes bytes = encode_png(picture);
  for (std::size_t size = 0; size + 12 < bytes.size(); size += 7) {
    EXPECT_THAT(error_of("cut.png", {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}),
                AllOf(HasSubstr("cut.png"), HasSubstr(fmt::format("{} bytes", size))));
  }
}

TEST(Png, DamagedDataAreAnError) {
  Bytes bytes = encode_png(Tensor(DType::uint8, {9, 9, 1}));
  const std::string_view type = "IDAT";
  const auto data = std::ranges::search(bytes, type).begin();
  ASSERT_NE(data, bytes.end());
  data[8] ^= 0x55U;
  EXPECT_THAT(error_of("damaged.png", bytes), HasSubstr("damaged.png"));
}

TEST(Png, AForgedSizeDoesNotAskForAllMemory) {
  EXPECT_THAT(error_of("huge.png", from_hex(kHugePng)), HasSubstr("60000x60000"));
}

TEST(Png, PalettesBecomeColours) {
  const Tensor picture = read_picture(file_with("palette.png", from_hex(kPalettePng)));
  EXPECT_EQ(picture.shape(), (Shape{2, 2, 3}));
  EXPECT_THAT(picture.as<std::uint8_t>(), ElementsAre(255, 0, 0, 0, 255, 0, 0, 255, 0, 0, 0, 255));
}

TEST(Png, SixteenBitsBecomeTheirUpperEight) {
  EXPECT_THAT(read_picture(file_with("deep.png", from_hex(kPng16))).as<std::uint8_t>(),
              ElementsAre(0, 0x12, 0x80, 0xff));
}

TEST(Png, SamplesAreNotChangedByAGamma) {
  EXPECT_THAT(read_picture(file_with("gamma.png", from_hex(kGammaPng))).as<std::uint8_t>(), ElementsAre(0x40, 0x80));
}

TEST(Jpeg, GreyHasOneChannel) {
  const Tensor picture = read_picture(file_with("grey.JPG", from_hex(kGreyJpeg)));
  EXPECT_EQ(picture.shape(), (Shape{8, 8, 1}));
  EXPECT_THAT(picture.as<std::uint8_t>(), Each(100));
}

TEST(Jpeg, CutAnywhereIsAnErrorThatNamesTheFile) {
  const Bytes bytes = from_hex(kGreyJpeg);
  for (std::size_t size = 0; size + 4 < bytes.size(); size += 5) {
    EXPECT_THAT(error_of("cut.jpeg", {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}),
                AllOf(HasSubstr("cut.jpeg"), HasSubstr(fmt::format("{} bytes", size))));
  }
}

TEST(Jpeg, AForgedSizeDoesNotAskForAllMemory) {
  Bytes bytes = from_hex(kGreyJpeg);
  const std::uint8_t frame[] = {0xff, 0xc0};
  const auto header = std::ranges::search(bytes, frame).begin();
  ASSERT_NE(header, bytes.end());
  std::fill_n(header + 5, 4, std::uint8_t{0xea});  // 60138 x 60138
  EXPECT_THAT(error_of("huge.jpg", bytes), HasSubstr("60138x60138"));
}

TEST(Npy, KeepsTypeAndShape) {
  const auto path = fs::path(testing::TempDir()) / "array.npy";
  const Tensor array(Shape{2, 1, 2}, {0.5F, -1.F, 300.F, 4.F});
  write_npy(path, array);
  EXPECT_EQ(read_picture(path), array);
}

TEST(Format, ContentsOfAnotherKindAreAnErrorThatNamesTheFile) {
  const std::string text = "these are notes, not pixels";
  for (const char* name : {"notes.png", "notes.jpg", "notes.npy"}) {
    EXPECT_THAT(error_of(name, {text.begin(), text.end()}), HasSubstr(name));
    EXPECT_THAT(error_of(name, {}), HasSubstr(name));
  }
}

TEST(Format, AnUnknownSuffixOrAnAbsentFileIsAnErrorThatNamesTheFile) {
  EXPECT_THAT([] { read_picture(file_with("scan.webp", {1})); },
              ThrowsMessage<Error>(AllOf(HasSubstr("scan.webp"), HasSubstr("'webp'"))));
  EXPECT_THAT([] { read_picture(file_with("plain", {1})); }, ThrowsMessage<Error>(HasSubstr("plain")));
  EXPECT_THAT([] { read_picture("/nowhere/cat.png"); }, ThrowsMessage<Error>(HasSubstr("/nowhere/cat.png")));
}

}  // namespace
}  // namespace mltk
