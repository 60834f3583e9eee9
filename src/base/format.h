#pragma once

#include <string>
#include <vector>

namespace mltk {

/// A number with an SI prefix, as MLTK prints it: format_units(71408, 1, false) = "71.4k".
///
/// `precision` digits after the point; 0 gives "0"; values in [1, 1000) keep the digits and have no prefix.
std::string format_units(double value, int precision = 3, bool space = true);

/// A text table with borders, cells left aligned; cells may hold several lines. Layout of Python's PrettyTable.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) : header_(std::move(header)) {}
  void add_row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string str() const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

/// Lines of `text` split at newlines; an empty text has one empty line.
std::vector<std::string> split_lines(const std::string& text);

}  // namespace mltk
