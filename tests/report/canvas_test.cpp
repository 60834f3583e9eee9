#include "report/canvas.h"

#include <gmock/gmock.h>

#include <cmath>

#include "report/pixels.h"

namespace mltk {
namespace {

using testing::ElementsAre;

constexpr Box kAll{0, 0, 100, 50};

Pixels read_back(const Canvas& canvas) {
  const ScratchFolder folder;
  canvas.write_png(folder.path() / "picture.png");
  return Pixels(folder.path() / "picture.png");
}

TEST(Canvas, FillsWholePixelsExactly) {
  Canvas canvas(100, 50);
  canvas.fill({10, 20, 30, 40}, {1, 2, 3});
  const Pixels pixels = read_back(canvas);
  EXPECT_EQ(pixels.width, 100U);
  EXPECT_EQ(pixels.height, 50U);
  EXPECT_THAT(pixels.at(10, 20), ElementsAre(1, 2, 3));
  EXPECT_EQ(pixels.inked(0, 0, 100, 50), 20 * 20);
}

TEST(Canvas, BlendsTransparentColours) {
  Canvas canvas(100, 50);
  canvas.fill(kAll, {0, 0, 0, 0.5});
  EXPECT_NEAR(read_back(canvas).at(5, 5)[0], 127, 1);
}

TEST(Canvas, KeepsLinesInsideTheClip) {
  Canvas canvas(100, 50);
  const Point points[] = {{-1e12, 25}, {1e12, 25}};
  canvas.line(points, {{0, 0, 0}, 3}, {20, 0, 80, 50});
  const Pixels pixels = read_back(canvas);
  EXPECT_EQ(pixels.inked(0, 0, 18, 50), 0);
  EXPECT_EQ(pixels.inked(82, 0, 100, 50), 0);
  EXPECT_GT(pixels.inked(20, 0, 80, 50), 100);
}

TEST(Canvas, DrawsDashesWithGaps) {
  Canvas solid(100, 50);
  Canvas dashed(100, 50);
  const Point points[] = {{0, 25.5}, {100, 25.5}};
  solid.line(points, {{0, 0, 0}, 1}, kAll);
  dashed.line(points, {{0, 0, 0}, 1, {5, 5}}, kAll);
  EXPECT_NEAR(read_back(dashed).inked(0, 0, 100, 50), read_back(solid).inked(0, 0, 100, 50) / 2, 5);
}

TEST(Canvas, PlacesTextByItsAnchor) {
  Canvas canvas(100, 50);
  canvas.text("Hi", {60, 25}, {.size = 20, .anchor = Anchor::end});
  const Pixels pixels = read_back(canvas);
  EXPECT_EQ(pixels.inked(61, 0, 100, 50), 0);
  EXPECT_EQ(pixels.inked(0, 0, static_cast<std::size_t>(60 - canvas.text_width("Hi", 20)), 50), 0);
  EXPECT_GT(pixels.inked(30, 15, 60, 35), 30);
}

TEST(Canvas, WritesTextUpwards) {
  Canvas canvas(100, 50);
  canvas.text("llllll", {50, 25}, {.size = 13, .anchor = Anchor::middle, .upwards = true});
  const Pixels pixels = read_back(canvas);
  EXPECT_EQ(pixels.inked(0, 0, 40, 50), 0);
  EXPECT_EQ(pixels.inked(60, 0, 100, 50), 0);
  EXPECT_GT(pixels.inked(40, 0, 60, 50), 0);
}

TEST(Canvas, MeasuresText) {
  const Canvas canvas(1, 1);
  EXPECT_EQ(canvas.text_width("", 10), 0);
  EXPECT_DOUBLE_EQ(canvas.text_width("aa", 10), 2 * canvas.text_width("a", 10));
  EXPECT_DOUBLE_EQ(canvas.text_width("a", 20), 2 * canvas.text_width("a", 10));
}

TEST(Canvas, DrawsAnyBytesAsText) {
  Canvas canvas(100, 50);
  for (const char* text : {"\xC3\xA4\xD0\x96", "\xFF", "\xC3", "\xE2\x82", "\xF0\x9F\x98\x80", "\xC3(", "\x80"}) {
    canvas.text(text, {10, 25}, {});
    EXPECT_GT(canvas.text_width(text, 10), 0) << text;
  }
}

}  // namespace
}  // namespace mltk
