#include "report/chart.h"

#include <gmock/gmock.h>

#include <cmath>

#include "report/pixels.h"

namespace mltk {
namespace {

Pixels drawn(const LineChart& chart) {
  const ScratchFolder folder;
  Canvas canvas(400, 300);
  draw(canvas, {0, 0, 400, 300}, chart);
  canvas.write_png(folder.path() / "chart.png");
  return Pixels(folder.path() / "chart.png");
}

constexpr std::array kFirstColour = {31, 119, 180};

TEST(LineChart, DrawsEachSeriesInItsColour) {
  const Pixels pixels = drawn({.series = {{"a", {0, 1, 2}, {0, 1, 0}}, {"b", {0, 1, 2}, {1, 0, 1}}}});
  EXPECT_GT(pixels.count(kFirstColour), 100);
  EXPECT_GT(pixels.count({255, 127, 14}), 100);
}

TEST(LineChart, AcceptsWhatCannotBeDrawn) {
  EXPECT_EQ(drawn({}).count(kFirstColour), 0);
  EXPECT_EQ(drawn({.series = {{"", {}, {}}}}).count(kFirstColour), 0);
  EXPECT_EQ(drawn({.series = {{"", {1, 2}, {NAN, INFINITY}}}}).count(kFirstColour), 0);
  EXPECT_GT(drawn({.series = {{"", {1, 2, 3, 4}, {1, 2, NAN, 3}}}}).count(kFirstColour), 50);
}

TEST(LineChart, DrawsFlatLinesAndSinglePoints) {
  EXPECT_GT(drawn({.series = {{"", {1, 2}, {5, 5}}}}).count(kFirstColour), 50);
  EXPECT_GT(drawn({.series = {{"", {1}, {5}}}, .whole_x = true}).count(kFirstColour), 10);
  EXPECT_GT(drawn({.series = {{"", {1, 2}, {1e300, 1e300}}}}).count(kFirstColour), 50);
}

TEST(LineChart, KeepsSeriesInsideTheirRange) {
  const Pixels pixels = drawn({.series = {{"", {0, 1}, {-100, 100}}}, .x_range = Range{0, 1}, .y_range = Range{0, 1}});
  EXPECT_EQ(pixels.inked(100, 0, 400, 40), 0);
}

TEST(LineChart, FitsManyLegendEntries) {
  LineChart chart;
  for (int i = 0; i < 40; ++i) chart.series.push_back({"class", {0, 1}, {0, 1.0 * i}});
  EXPECT_GT(drawn(chart).inked(0, 0, 400, 300), 1000);
}

TEST(HeatMap, GrowsWithTheClasses) {
  const ScratchFolder folder;
  const auto size_of = [&](std::size_t classes) {
    write_png(folder.path() / "map.png", HeatMap{.title = "map",
                                                 .names = std::vector<std::string>(classes, "name"),
                                                 .counts{classes, std::vector<std::int64_t>(classes, 1000)}});
    return Pixels(folder.path() / "map.png").width;
  };
  EXPECT_LT(size_of(3), 700U);
  EXPECT_GT(size_of(60), 60U * 30U);
}

TEST(HeatMap, DrawsRowsWithoutSamplesWhite) {
  const ScratchFolder folder;
  write_png(folder.path() / "map.png", HeatMap{.names = {"a", "b"}, .counts = {{1, 0}, {0, 0}}});
  const Pixels pixels = Pixels(folder.path() / "map.png");
  EXPECT_GT(pixels.count({8, 64, 129}), 10000);
  EXPECT_GT(pixels.count({247, 251, 255}), 3 * 10000);
}

}  // namespace
}  // namespace mltk
