#include "base/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace mltk {

std::string format_units(double value, int precision, bool space) {
  if (value == 0) return "0";
  static constexpr std::array<std::pair<double, const char*>, 9> units = {{
      {1e12, "T"},
      {1e9, "G"},
      {1e6, "M"},
      {1e3, "k"},
      {1, ""},
      {1e-3, "m"},
      {1e-6, "u"},
      {1e-9, "n"},
      {1e-12, "p"},
  }};
  const double magnitude = std::abs(value);
  for (const auto& [factor, name] : units) {
    if (magnitude >= factor) {
      return fmt::format("{:.{}f}{}{}", value / factor, precision, space && *name ? " " : "", name);
    }
  }
  return fmt::format("{:.{}f}", value, precision);
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  for (;;) {
    const std::size_t end = text.find('\n', start);
    lines.push_back(text.substr(start, end - start));
    if (end == std::string::npos) return lines;
    start = end + 1;
  }
}

std::string TextTable::str() const {
  std::vector<std::size_t> widths(header_.size());
  const auto measure = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < widths.size() && i < cells.size(); ++i) {
      for (const std::string& line : split_lines(cells[i])) widths[i] = std::max(widths[i], line.size());
    }
  };
  measure(header_);
  for (const auto& row : rows_) measure(row);

  std::string rule = "+";
  for (const std::size_t width : widths) rule += std::string(width + 2, '-') + "+";
  rule += "\n";

  std::string text = rule;
  const auto append_row = [&](const std::vector<std::string>& cells) {
    std::vector<std::vector<std::string>> columns;
    std::size_t height = 1;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      columns.push_back(split_lines(i < cells.size() ? cells[i] : ""));
      height = std::max(height, columns.back().size());
    }
    for (std::size_t line = 0; line < height; ++line) {
      text += "|";
      for (std::size_t i = 0; i < widths.size(); ++i) {
        text += fmt::format(" {:<{}} |", line < columns[i].size() ? columns[i][line] : "", widths[i]);
      }
      text += "\n";
    }
  };
  append_row(header_);
  text += rule;
  for (const auto& row : rows_) append_row(row);
  text += rule;
  text.pop_back();
  return text;
}

}  // namespace mltk
