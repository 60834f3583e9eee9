// Numbers of Pillow 10.4; later versions resize rows first where that is less work, and round otherwise.

#include "image/resize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "image/colour.h"

namespace mltk::image {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(const Tensor& picture) {
  const auto values = picture.as<std::uint8_t>();
  return {values.begin(), values.end()};
}

Tensor picture() {
  Tensor picture(DType::uint8, {6, 7, 1});
  for (int r = 0; r < 6; ++r) {
    for (int c = 0; c < 7; ++c) {
      picture.as<std::uint8_t>()[static_cast<std::size_t>(r * 7 + c)] =
          static_cast<std::uint8_t>((r * 37 + c * c * 11 + r * c * 29) % 256);
    }
  }
  return picture;
}

struct Case {
  const char* name;
  Bytes smaller;  ///< 3 x 4
  Bytes wider;    ///< 2 x 9
};

class Resize : public testing::TestWithParam<Case> {};

TEST_P(Resize, GivesPillowsBytes) {
  const Interpolation interpolation = interpolation_of(GetParam().name);
  EXPECT_EQ(bytes_of(resize(picture(), 3, 4, interpolation)), GetParam().smaller);
  EXPECT_EQ(bytes_of(resize(picture(), 2, 9, interpolation)), GetParam().wider);
}

INSTANTIATE_TEST_SUITE_P(
    Filters, Resize,
    testing::Values(Case{"nearest",
                         {37, 139, 73, 95, 111, 73, 123, 5, 185, 7, 173, 171},
                         {37, 77, 77, 139, 223, 73, 201, 201, 95, 148, 19, 19, 168, 83, 20, 235, 235, 216}},
                    Case{"bilinear",
                         {44, 112, 137, 111, 117, 152, 141, 90, 119, 103, 131, 168},
                         {46, 78, 110, 137, 158, 146, 130, 107, 84, 139, 112, 105, 120, 148, 118, 136, 149, 131}},
                    Case{"bicubic",
                         {31, 113, 141, 112, 121, 162, 146, 78, 118, 95, 130, 178},
                         {40, 73, 113, 141, 152, 150, 130, 101, 81, 145, 117, 101, 117, 154, 116, 137, 151, 126}},
                    Case{"hamming",
                         {32, 106, 134, 113, 123, 155, 155, 64, 120, 98, 119, 188},
                         {41, 77, 103, 137, 155, 144, 132, 119, 90, 144, 102, 97, 106, 151, 102, 138, 158, 139}},
                    Case{"box",
                         {32, 127, 125, 114, 135, 154, 175, 59, 110, 117, 97, 196},
                         {37, 77, 77, 139, 138, 158, 116, 116, 95, 148, 104, 104, 83, 168, 105, 150, 150, 131}},
                    Case{"lanczos",
                         {26, 114, 145, 111, 123, 169, 145, 79, 117, 88, 132, 176},
                         {37, 71, 120, 142, 150, 151, 131, 95, 78, 148, 123, 98, 122, 156, 117, 137, 153, 122}}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

TEST(ResizeNearest, AddsUpTheStepAsPillow) {
  // (o + 0.5) * 28 / 10 rounds the third sample to 7.
  Tensor row(DType::uint8, {1, 28, 1});
  for (std::uint8_t i = 0; i < 28; ++i) row.as<std::uint8_t>()[i] = i;
  EXPECT_EQ(bytes_of(resize(row, 1, 10, Interpolation::nearest)), (Bytes{1, 4, 6, 9, 12, 15, 18, 21, 23, 26}));
}

TEST(ResizeRgba, WeightsColoursByTheirAlpha) {
  Tensor rgba(DType::uint8, {4, 5, 4});
  for (int i = 0; i < 80; ++i) {
    rgba.as<std::uint8_t>()[static_cast<std::size_t>(i)] =
        static_cast<std::uint8_t>((i / 20 * 37 + i / 4 % 5 * 53 + i % 4 * 90) % 256);
  }
  EXPECT_EQ(bytes_of(resize(rgba, 2, 3, Interpolation::bilinear)),
            (Bytes{72,  161, 137, 63,  146, 160, 80,  146, 195, 90, 124, 146,
                   117, 206, 96,  122, 187, 89,  114, 180, 160, 89, 179, 94}));
}

TEST(Resize, KeepsChannelsApart) {
  Tensor colours(DType::uint8, {4, 5, 3});
  for (std::size_t i = 0; i < 60; ++i) {
    const std::size_t r = i / 15;
    const std::size_t c = i / 3 % 5;
    colours.as<std::uint8_t>()[i] = static_cast<std::uint8_t>((r * 37 + c * c * 11 + r * c * 29 + i % 3 * 71) % 256);
  }
  EXPECT_EQ(bytes_of(resize(colours, 6, 3, Interpolation::bilinear)),
            (Bytes{5,   76,  147, 49,  120, 191, 143, 214, 139, 30,  101, 172, 97,  139, 139, 140, 157, 155,
                   62,  133, 186, 150, 150, 93,  142, 98,  169, 96,  167, 146, 176, 119, 119, 163, 94,  165,
                   129, 145, 161, 159, 102, 144, 165, 109, 106, 153, 114, 185, 135, 92,  163, 162, 124, 48}));
}

TEST(Resize, LeavesAPictureOfTheRightSizeAsItIs) {
  EXPECT_EQ(resize(picture(), 6, 7, Interpolation::lanczos), picture());
}

TEST(Interpolation, ListsItsNames) {
  EXPECT_THAT([] { interpolation_of("linear"); }, testing::ThrowsMessage<Error>(testing::HasSubstr("bilinear")));
}

TEST(Colour, ConvertsAsPillow) {
  const Tensor rgb(Shape{1, 2, 3}, {10, 200, 30, 255, 0, 128});
  const Tensor bytes = rgb.cast(DType::uint8);
  EXPECT_EQ(bytes_of(convert_channels(bytes, 1)), (Bytes{124, 91}));
  EXPECT_EQ(bytes_of(convert_channels(bytes, 4)), (Bytes{10, 200, 30, 255, 255, 0, 128, 255}));
  EXPECT_THAT([&] { convert_channels(rgb, 1); }, testing::ThrowsMessage<Error>(testing::HasSubstr("int32")));
}

TEST(Colour, SpreadsGreyAndKeepsOrDropsAlphaAsPillow) {
  const Tensor grey_alpha = Tensor(Shape{1, 2, 2}, {7, 100, 9, 200}).cast(DType::uint8);
  EXPECT_EQ(bytes_of(convert_channels(grey_alpha, 1)), (Bytes{7, 9}));
  EXPECT_EQ(bytes_of(convert_channels(grey_alpha, 3)), (Bytes{7, 7, 7, 9, 9, 9}));
  EXPECT_EQ(bytes_of(convert_channels(grey_alpha, 4)), (Bytes{7, 7, 7, 100, 9, 9, 9, 200}));
  const Tensor rgba = Tensor(Shape{1, 2, 4}, {10, 200, 30, 4, 255, 0, 128, 5}).cast(DType::uint8);
  EXPECT_EQ(bytes_of(convert_channels(rgba, 1)), (Bytes{124, 91}));
  EXPECT_EQ(bytes_of(convert_channels(rgba, 3)), (Bytes{10, 200, 30, 255, 0, 128}));
  EXPECT_EQ(convert_channels(rgba, 4), rgba);
}

}  // namespace
}  // namespace mltk::image
