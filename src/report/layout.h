#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace mltk {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double width = 0;
  double height = 0;
};

/// A directed graph drawn from top to bottom.
struct Layout {
  std::vector<Point> corners;  ///< upper left corner of each box
  std::vector<std::vector<Point>>
      routes;  ///< of each edge: from the lower side of its first box to the upper one of its second
  double width = 0;
  double height = 0;
};

/// Place `boxes` so that every edge (from, to) goes down, boxes of a row do not overlap, and few edges cross.
///
/// Edges must have no cycle; indices are those of `boxes`. The same graph gives the same numbers.
/// Throws Error(invalid_argument) on a cycle or an index without a box.
/// Source: Sugiyama, Tagawa & Toda 1981: rows by longest path, order by barycentres; places in a row by isotonic
/// regression.
Layout lay_out(const std::vector<Box>& boxes, const std::vector<std::pair<std::size_t, std::size_t>>& edges);

}  // namespace mltk
