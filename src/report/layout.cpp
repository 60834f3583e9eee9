#include "report/layout.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace mltk {
namespace {

using Edges = std::vector<std::pair<std::size_t, std::size_t>>;

constexpr double kGap = 28;       ///< between boxes of a row
constexpr double kRowGap = 34;    ///< between rows
constexpr double kLineWidth = 6;  ///< of an edge that passes a row
constexpr int kSweeps = 8;

/// The graph with a point in each row that an edge passes: all edges join neighbouring rows.
struct Rows {
  std::vector<Box> boxes;  ///< the given ones, then the points
  std::vector<std::vector<std::size_t>> above;
  std::vector<std::vector<std::size_t>> below;
  std::vector<std::vector<std::size_t>> rows;    ///< from left to right
  std::vector<std::vector<std::size_t>> passed;  ///< of each edge: its points
};

/// The longest path from a box without predecessors to each box.
std::vector<std::size_t> ranks_of(std::size_t count, const Edges& edges) {
  std::vector<std::vector<std::size_t>> below(count);
  std::vector<std::size_t> open(count, 0);
  for (const auto& [from, to] : edges) {
    if (from >= count || to >= count) {
      fail(ErrorKind::invalid_argument, "layout: the edge ({}, {}) leads to a box that is not among the {}", from, to,
           count);
    }
    below[from].push_back(to);
    ++open[to];
  }
  std::vector<std::size_t> rank(count, 0);
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < count; ++i) {
    if (open[i] == 0) ready.push_back(i);
  }
  for (std::size_t done = 0; done < ready.size(); ++done) {
    for (const std::size_t to : below[ready[done]]) {
      rank[to] = std::max(rank[to], rank[ready[done]] + 1);
      if (--open[to] == 0) ready.push_back(to);
    }
  }
  if (ready.size() != count) fail(ErrorKind::invalid_argument, "layout: the edges have a cycle; expected none");
  // A box without predecessors, a constant or a second input, stands right above its first user.
  for (auto box = ready.rbegin(); box != ready.rend(); ++box) {
    const bool first = std::ranges::none_of(edges, [&](const auto& edge) { return edge.second == *box; });
    if (!first || below[*box].empty()) continue;
    std::size_t nearest = rank[below[*box][0]];
    for (const std::size_t to : below[*box]) nearest = std::min(nearest, rank[to]);
    rank[*box] = nearest - 1;
  }
  return rank;
}

Rows split_into_rows(const std::vector<Box>& boxes, const Edges& edges) {
  Rows made{.boxes = boxes, .above = {}, .below = {}, .rows = {}, .passed = {}};
  const std::vector<std::size_t> rank = ranks_of(boxes.size(), edges);
  const std::size_t count = boxes.empty() ? 0 : *std::ranges::max_element(rank) + 1;
  made.rows.resize(count);
  for (std::size_t i = 0; i < boxes.size(); ++i) made.rows[rank[i]].push_back(i);
  made.above.resize(boxes.size());
  made.below.resize(boxes.size());
  const auto join = [&](std::size_t from, std::size_t to) {
    made.below[from].push_back(to);
    made.above[to].push_back(from);
  };
  for (const auto& [from, to] : edges) {
    std::vector<std::size_t>& points = made.passed.emplace_back();
    std::size_t before = from;
    for (std::size_t row = rank[from] + 1; row < rank[to]; ++row) {
      const std::size_t point = made.boxes.size();
      made.boxes.push_back({kLineWidth, 0});
      made.above.emplace_back();
      made.below.emplace_back();
      made.rows[row].push_back(point);
      join(before, point);
      points.push_back(point);
      before = point;
    }
    join(before, to);
  }
  return made;
}

/// Sort each row by the mean place of its neighbours, downwards and upwards in turn.
void order_rows(Rows& graph) {
  std::vector<double> place(graph.boxes.size(), 0);
  const auto number = [&](const std::vector<std::size_t>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) place[row[i]] = static_cast<double>(i);
  };
  for (const auto& row : graph.rows) number(row);
  const auto sort = [&](std::vector<std::size_t>& row, const std::vector<std::vector<std::size_t>>& neighbours) {
    std::vector<double> mean(graph.boxes.size(), 0);
    for (const std::size_t box : row) {
      double sum = 0;
      for (const std::size_t other : neighbours[box]) sum += place[other];
      mean[box] = neighbours[box].empty() ? place[box] : sum / static_cast<double>(neighbours[box].size());
    }
    std::ranges::stable_sort(row, {}, [&](std::size_t box) { return mean[box]; });
    number(row);
  };
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (std::size_t i = 1; i < graph.rows.size(); ++i) sort(graph.rows[i], graph.above);
    for (std::size_t i = graph.rows.size(); i-- > 1;) sort(graph.rows[i - 1], graph.below);
  }
}

/// The centres nearest to `wanted` (least squares) that keep order and distances of a row: isotonic regression.
std::vector<double> separate(const std::vector<double>& wanted, const std::vector<double>& offsets) {
  struct Block {
    double sum;
    double count;
    double mean() const { return sum / count; }
  };
  std::vector<Block> blocks;
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    blocks.push_back({wanted[i] - offsets[i], 1});
    sizes.push_back(1);
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() > blocks.back().mean()) {
      blocks[blocks.size() - 2].sum += blocks.back().sum;
      blocks[blocks.size() - 2].count += blocks.back().count;
      sizes[sizes.size() - 2] += sizes.back();
      blocks.pop_back();
      sizes.pop_back();
    }
  }
  std::vector<double> centres;
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    for (std::size_t i = 0; i < sizes[block]; ++i) {
      centres.push_back(blocks[block].mean() + offsets[centres.size()]);
    }
  }
  return centres;
}

/// Distances of the centres of a row from its first one when the boxes stand side by side.
std::vector<double> offsets_of(const Rows& graph, const std::vector<std::size_t>& row) {
  std::vector<double> offsets(row.size(), 0);
  for (std::size_t i = 1; i < row.size(); ++i) {
    offsets[i] = offsets[i - 1] + (graph.boxes[row[i - 1]].width + graph.boxes[row[i]].width) / 2 + kGap;
  }
  return offsets;
}

std::vector<double> centres_of(const Rows& graph) {
  std::vector<double> centre(graph.boxes.size(), 0);
  for (const auto& row : graph.rows) {
    const std::vector<double> offsets = offsets_of(graph, row);
    for (std::size_t i = 0; i < row.size(); ++i) centre[row[i]] = offsets[i] - offsets.back() / 2;
  }
  const auto settle = [&](const std::vector<std::size_t>& row,
                          const std::vector<std::vector<std::size_t>>& neighbours) {
    std::vector<double> wanted;
    for (const std::size_t box : row) {
      double sum = 0;
      for (const std::size_t other : neighbours[box]) sum += centre[other];
      wanted.push_back(neighbours[box].empty() ? centre[box] : sum / static_cast<double>(neighbours[box].size()));
    }
    const std::vector<double> settled = separate(wanted, offsets_of(graph, row));
    for (std::size_t i = 0; i < row.size(); ++i) centre[row[i]] = settled[i];
  };
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (std::size_t i = graph.rows.size(); i-- > 1;) settle(graph.rows[i - 1], graph.below);
    for (std::size_t i = 1; i < graph.rows.size(); ++i) settle(graph.rows[i], graph.above);
  }
  return centre;
}

}  // namespace

Layout lay_out(const std::vector<Box>& boxes, const std::vector<std::pair<std::size_t, std::size_t>>& edges) {
  Layout layout;
  Rows graph = split_into_rows(boxes, edges);
  order_rows(graph);
  std::vector<double> centre = centres_of(graph);
  double left = 0;
  for (std::size_t i = 0; i < graph.boxes.size(); ++i) left = std::min(left, centre[i] - graph.boxes[i].width / 2);
  std::vector<double> top(graph.boxes.size(), 0);
  std::vector<double> height(graph.boxes.size(), 0);  // of the box's row
  for (const auto& row : graph.rows) {
    double tallest = 0;
    for (const std::size_t box : row) tallest = std::max(tallest, graph.boxes[box].height);
    for (const std::size_t box : row) {
      top[box] = layout.height;
      height[box] = tallest;
    }
    layout.height += tallest + kRowGap;
  }
  layout.height = std::max(0.0, layout.height - kRowGap);
  for (std::size_t i = 0; i < graph.boxes.size(); ++i) {
    centre[i] -= left;
    layout.width = std::max(layout.width, centre[i] + graph.boxes[i].width / 2);
  }
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    layout.corners.push_back({centre[i] - boxes[i].width / 2, top[i]});
  }
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const auto& [from, to] = edges[i];
    std::vector<Point>& route = layout.routes.emplace_back();
    route.push_back({centre[from], top[from] + boxes[from].height});
    for (const std::size_t point : graph.passed[i]) {
      route.push_back({centre[point], top[point]});
      route.push_back({centre[point], top[point] + height[point]});
    }
    route.push_back({centre[to], top[to]});
  }
  return layout;
}

}  // namespace mltk
