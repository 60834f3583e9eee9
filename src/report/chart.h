#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/canvas.h"

namespace mltk {

/// Lowest and highest value of an axis.
struct Range {
  double low = 0;
  double high = 1;
};

/// A line through points; a point that is no number interrupts it.
struct Series {
  std::string label;  ///< empty: not in the legend
  std::vector<double> x;
  std::vector<double> y;
  bool filled = false;  ///< down to y = 0
};

/// Lines over a plane with axes, grid and a legend to the right.
struct LineChart {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<Series> series;
  std::optional<Range> x_range;  ///< else what the points need
  std::optional<Range> y_range;
  bool whole_x = false;  ///< ticks at whole numbers only
};

/// Draw into `box`, labels and legend included.
void draw(Canvas& canvas, const Box& box, const LineChart& chart);

/// Counts as cells, darker for a larger share of the row's sum.
struct HeatMap {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<std::string> names;  ///< of the rows and of the columns
  std::vector<std::vector<std::int64_t>> counts;
};

/// Draw onto a canvas of its own, large enough for all cells.
void write_png(const std::filesystem::path& path, const HeatMap& map);

}  // namespace mltk
