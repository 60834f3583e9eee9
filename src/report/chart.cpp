#include "report/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace mltk {
namespace {

constexpr double kTitleSize = 17;
constexpr double kLabelSize = 14;
constexpr double kTickSize = 13;
constexpr double kLegendSize = 13;
constexpr Colour kInk{38, 38, 38};
constexpr Colour kGrid{228, 228, 232};
constexpr Colour kFrame{90, 90, 90};

/// The ten colours of Tableau, well told apart.
constexpr std::array<Colour, 10> kPalette = {{{31, 119, 180},
                                              {255, 127, 14},
                                              {44, 160, 44},
                                              {214, 39, 40},
                                              {148, 103, 189},
                                              {140, 86, 75},
                                              {227, 119, 194},
                                              {127, 127, 127},
                                              {188, 189, 34},
                                              {23, 190, 207}}};

/// Ten colours, then the same dashed, then dotted.
Stroke stroke_of(std::size_t series) {
  static const std::array<std::vector<double>, 3> kDashes = {{{}, {8, 4}, {2, 3}}};
  return {kPalette[series % kPalette.size()], 1.8, kDashes[series / kPalette.size() % kDashes.size()]};
}

struct Ticks {
  std::vector<double> at;
  int digits = 0;  // after the point
};

/// About `wanted` round numbers within the range: steps of 1, 2 or 5 times a power of ten.
Ticks ticks_of(const Range& range, int wanted, bool whole) {
  const double rough = (range.high - range.low) / wanted;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) {
      step = factor * power;
      break;
    }
  }
  if (whole) step = std::max(step, 1.0);
  Ticks ticks;
  ticks.digits = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  for (double k = std::ceil(range.low / step - 1e-6); k * step <= range.high + step * 1e-6; ++k) {
    ticks.at.push_back(k * step);
  }
  return ticks;
}

std::string tick_text(double value, int digits) {
  if (std::abs(value) >= 1e6 || digits > 6) return fmt::format("{:.3g}", value);
  const std::string text = fmt::format("{:.{}f}", value, digits);
  return text.find_first_not_of("-0.") == std::string::npos ? text.substr(text[0] == '-' ? 1 : 0) : text;
}

/// From the smallest to the largest number of the series with a margin on both sides.
Range range_of(const std::vector<Series>& series, std::vector<double> Series::* values, double margin) {
  Range range{HUGE_VAL, -HUGE_VAL};
  for (const Series& one : series) {
    for (const double value : one.*values) {
      if (!std::isfinite(value)) continue;
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
    }
  }
  if (range.low > range.high) return {0, 1};
  // A flat line lies in the middle of a range that its magnitude can resolve.
  const double spread = std::max(range.high - range.low, 1e-6 * std::max(1.0, std::abs(range.high)));
  if (range.high - range.low < spread) return {range.low - spread / 2, range.high + spread / 2};
  return {range.low - margin * spread, range.high + margin * spread};
}

/// Where values lie in a box of pixels.
struct Plane {
  Box box;
  Range x;
  Range y;

  Point at(double x_value, double y_value) const {
    return {box.left + (x_value - x.low) / (x.high - x.low) * box.width(),
            box.bottom - (y_value - y.low) / (y.high - y.low) * box.height()};
  }
};

void draw_series(Canvas& canvas, const Plane& plane, const Series& series, const Stroke& stroke) {
  constexpr std::size_t kMostMarkers = 40;
  const std::size_t count = std::min(series.x.size(), series.y.size());
  const bool marked = count <= kMostMarkers && !series.filled;
  std::vector<Point> run;
  const auto flush = [&] {
    if (run.size() > 1) canvas.line(run, stroke, plane.box);
    if (run.size() > 1 && series.filled) {
      Colour shade = stroke.colour;
      shade.alpha = 0.25;
      const double ground = plane.at(0, 0).y;
      run.push_back({run.back().x, ground});
      run.push_back({run.front().x, ground});
      canvas.polygon(run, shade);
    }
    run.clear();
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(series.x[i]) || !std::isfinite(series.y[i])) {
      flush();
      continue;
    }
    const Point point = plane.at(series.x[i], series.y[i]);
    run.push_back(point);
    const Box& box = plane.box;
    const bool inside =
        point.x >= box.left - 1 && point.x <= box.right + 1 && point.y >= box.top - 1 && point.y <= box.bottom + 1;
    if (marked && inside) canvas.disc(point, 3, stroke.colour);
  }
  flush();
}

void draw_axes(Canvas& canvas, const Plane& plane, const LineChart& chart, const Ticks& x_ticks, const Ticks& y_ticks) {
  const Box& box = plane.box;
  for (const double value : x_ticks.at) {
    const double x = std::round(plane.at(value, 0).x) + 0.5;
    canvas.line({x, box.top}, {x, box.bottom}, {kGrid, 1});
    canvas.line({x, box.bottom}, {x, box.bottom + 4}, {kFrame, 1});
    canvas.text(tick_text(value, x_ticks.digits), {x, box.bottom + 15},
                {.size = kTickSize, .colour = kInk, .anchor = Anchor::middle});
  }
  for (const double value : y_ticks.at) {
    const double y = std::round(plane.at(0, value).y) + 0.5;
    canvas.line({box.left, y}, {box.right, y}, {kGrid, 1});
    canvas.line({box.left - 4, y}, {box.left, y}, {kFrame, 1});
    canvas.text(tick_text(value, y_ticks.digits), {box.left - 9, y},
                {.size = kTickSize, .colour = kInk, .anchor = Anchor::end});
  }
  canvas.text(chart.x_label, {(box.left + box.right) / 2, box.bottom + 38},
              {.size = kLabelSize, .colour = kInk, .anchor = Anchor::middle});
}

void draw_frame(Canvas& canvas, const Box& box) {
  const Stroke stroke{kFrame, 1};
  canvas.line({box.left, box.bottom}, {box.right, box.bottom}, stroke);
  canvas.line({box.left, box.top}, {box.left, box.bottom}, stroke);
}

/// The legend's rows become small enough to fit the height.
double legend_row(const LineChart& chart, double height) {
  const auto rows = std::ranges::count_if(chart.series, [](const Series& one) { return !one.label.empty(); });
  return std::clamp(height / static_cast<double>(std::max<std::ptrdiff_t>(rows, 1)), 9.0, 22.0);
}

double legend_text_size(double row) { return std::min(kLegendSize, row * 0.72); }

constexpr double kLegendKey = 26;
constexpr double kLegendGap = 8;

double legend_width(const Canvas& canvas, const LineChart& chart, double row) {
  double widest = 0;
  for (const Series& one : chart.series) widest = std::max(widest, canvas.text_width(one.label, legend_text_size(row)));
  return widest == 0 ? 0 : widest + kLegendKey + kLegendGap;
}

void draw_legend(Canvas& canvas, Point corner, const LineChart& chart, double row) {
  double y = corner.y + row / 2;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    if (chart.series[i].label.empty()) continue;
    canvas.line({corner.x, y}, {corner.x + kLegendKey, y}, stroke_of(i));
    canvas.text(chart.series[i].label, {corner.x + kLegendKey + kLegendGap, y},
                {.size = legend_text_size(row), .colour = kInk});
    y += row;
  }
}

}  // namespace

void draw(Canvas& canvas, const Box& box, const LineChart& chart) {
  Plane plane{.x = chart.x_range ? *chart.x_range : range_of(chart.series, &Series::x, chart.whole_x ? 0 : 0.03),
              .y = chart.y_range ? *chart.y_range : range_of(chart.series, &Series::y, 0.06)};
  if (std::ranges::any_of(chart.series, &Series::filled)) plane.y.low = 0;
  constexpr double kTop = 48;
  constexpr double kBottom = 58;
  constexpr double kMargin = 18;
  const double height = box.height() - kTop - kBottom;
  const Ticks y_ticks = ticks_of(plane.y, std::clamp(static_cast<int>(height / 45), 3, 10), false);
  double widest_tick = 0;
  for (const double value : y_ticks.at)
    widest_tick = std::max(widest_tick, canvas.text_width(tick_text(value, y_ticks.digits), kTickSize));
  const double row = legend_row(chart, height);
  const double legend = legend_width(canvas, chart, row);
  plane.box = {std::round(box.left + 44 + widest_tick) + 0.5, std::round(box.top + kTop) + 0.5,
               std::round(box.right - kMargin - (legend > 0 ? legend + kMargin : 8)) + 0.5,
               std::round(box.bottom - kBottom) + 0.5};
  const Ticks x_ticks = ticks_of(plane.x, std::clamp(static_cast<int>(plane.box.width() / 80), 3, 10), chart.whole_x);

  draw_axes(canvas, plane, chart, x_ticks, y_ticks);
  canvas.text(chart.y_label, {box.left + 18, (plane.box.top + plane.box.bottom) / 2},
              {.size = kLabelSize, .colour = kInk, .anchor = Anchor::middle, .upwards = true});
  canvas.text(chart.title, {(plane.box.left + plane.box.right) / 2, box.top + 26},
              {.size = kTitleSize, .colour = kInk, .anchor = Anchor::middle});
  for (std::size_t i = 0; i < chart.series.size(); ++i) draw_series(canvas, plane, chart.series[i], stroke_of(i));
  draw_frame(canvas, plane.box);
  draw_legend(canvas, {plane.box.right + kMargin, plane.box.top}, chart, row);
}

void write_png(const std::filesystem::path& path, const HeatMap& map) {
  const std::size_t count = map.names.size();
  MLTK_ASSERT(map.counts.size() == count);
  std::int64_t largest = 0;
  double widest_name = 0;
  {
    const Canvas ruler(1, 1);
    for (const std::string& name : map.names) widest_name = std::max(widest_name, ruler.text_width(name, kTickSize));
  }
  for (const auto& row : map.counts) largest = std::max(largest, *std::ranges::max_element(row));

  const double digits = static_cast<double>(fmt::format("{}", largest).size());
  const double cell = std::max({420.0 / static_cast<double>(count), 30.0, 10 * digits + 12});
  const double left = std::round(52 + widest_name);
  constexpr double kTop = 52;
  const double side = std::round(cell * static_cast<double>(count));
  const bool names_fit = widest_name + 8 < cell;  // else they are written upwards
  const double bottom = names_fit ? 66 : widest_name + 62;
  const double right = kTop + 58;
  Canvas canvas(static_cast<int>(left + side + right), static_cast<int>(kTop + side + bottom));

  // From white to a deep blue.
  const auto shade = [](double share) {
    const auto mix = [share](double light, double dark) {
      return static_cast<std::uint8_t>(std::lround(light + (dark - light) * share));
    };
    return Colour{mix(247, 8), mix(251, 64), mix(255, 129)};
  };
  for (std::size_t r = 0; r < count; ++r) {
    const auto total = std::accumulate(map.counts[r].begin(), map.counts[r].end(), std::int64_t{0});
    for (std::size_t c = 0; c < count; ++c) {
      const double share = total == 0 ? 0 : static_cast<double>(map.counts[r][c]) / static_cast<double>(total);
      const Point corner{left + side * static_cast<double>(c) / static_cast<double>(count),
                         kTop + side * static_cast<double>(r) / static_cast<double>(count)};
      const double step = side / static_cast<double>(count);
      canvas.fill({corner.x, corner.y, corner.x + step - 1, corner.y + step - 1}, shade(share));
      canvas.text(fmt::format("{}", map.counts[r][c]), {corner.x + step / 2, corner.y + step / 2},
                  {.size = std::min(15.0, step * 0.4),
                   .colour = share > 0.5 ? Colour{255, 255, 255} : kInk,
                   .anchor = Anchor::middle});
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double middle = side * (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    canvas.text(map.names[i], {left - 9, kTop + middle}, {.size = kTickSize, .colour = kInk, .anchor = Anchor::end});
    if (names_fit) {
      canvas.text(map.names[i], {left + middle, kTop + side + 16},
                  {.size = kTickSize, .colour = kInk, .anchor = Anchor::middle});
    } else {
      canvas.text(map.names[i], {left + middle, kTop + side + 9},
                  {.size = kTickSize, .colour = kInk, .anchor = Anchor::end, .upwards = true});
    }
  }

  // The scale.
  const Box scale{left + side + 24, kTop, left + side + 40, kTop + side - 1};
  constexpr int kSteps = 100;
  for (int i = 0; i < kSteps; ++i) {
    const double y = scale.bottom - scale.height() * (i + 1) / kSteps;
    canvas.fill({scale.left, std::floor(y), scale.right, std::ceil(y + scale.height() / kSteps)},
                shade((i + 0.5) / kSteps));
  }
  for (int percent = 0; percent <= 100; percent += 25) {
    canvas.text(fmt::format("{}%", percent), {scale.right + 7, scale.bottom - scale.height() * percent / 100.0},
                {.size = kTickSize, .colour = kInk});
  }

  const double centre = left + side / 2;
  canvas.text(map.title, {centre, 26}, {.size = kTitleSize, .colour = kInk, .anchor = Anchor::middle});
  canvas.text(map.x_label, {centre, kTop + side + bottom - 20},
              {.size = kLabelSize, .colour = kInk, .anchor = Anchor::middle});
  canvas.text(map.y_label, {20, kTop + side / 2},
              {.size = kLabelSize, .colour = kInk, .anchor = Anchor::middle, .upwards = true});
  canvas.write_png(path);
}

}  // namespace mltk
