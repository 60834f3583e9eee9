#include "report/layout.h"

#include <gtest/gtest.h>

#include <random>

#include "base/error.h"

namespace mltk {
namespace {

using Edges = std::vector<std::pair<std::size_t, std::size_t>>;

void expect_edges_down_and_no_overlap(const std::vector<Box>& boxes, const Edges& edges, const Layout& layout) {
  ASSERT_EQ(layout.corners.size(), boxes.size());
  ASSERT_EQ(layout.routes.size(), edges.size());
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const auto& [from, to] = edges[i];
    const auto& route = layout.routes[i];
    EXPECT_DOUBLE_EQ(route.front().y, layout.corners[from].y + boxes[from].height);
    EXPECT_DOUBLE_EQ(route.back().y, layout.corners[to].y);
    EXPECT_DOUBLE_EQ(route.back().x, layout.corners[to].x + boxes[to].width / 2);
    for (std::size_t k = 1; k < route.size(); ++k) EXPECT_GE(route[k].y, route[k - 1].y);
    EXPECT_LT(route.front().y, route.back().y);
  }
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    EXPECT_GE(layout.corners[i].x, -1e-9);
    EXPECT_LE(layout.corners[i].x + boxes[i].width, layout.width + 1e-9);
    EXPECT_LE(layout.corners[i].y + boxes[i].height, layout.height + 1e-9);
    for (std::size_t k = 0; k < i; ++k) {
      const bool beside = layout.corners[i].x >= layout.corners[k].x + boxes[k].width ||
                          layout.corners[k].x >= layout.corners[i].x + boxes[i].width;
      const bool above = layout.corners[i].y >= layout.corners[k].y + boxes[k].height ||
                         layout.corners[k].y >= layout.corners[i].y + boxes[i].height;
      EXPECT_TRUE(beside || above) << "boxes " << i << " and " << k;
    }
  }
}

TEST(Layout, PutsAChainInOneColumn) {
  const std::vector<Box> boxes = {{100, 20}, {60, 40}, {80, 20}};
  const Edges edges = {{0, 1}, {1, 2}};
  const Layout layout = lay_out(boxes, edges);
  expect_edges_down_and_no_overlap(boxes, edges, layout);
  for (std::size_t i = 0; i < boxes.size(); ++i) EXPECT_DOUBLE_EQ(layout.corners[i].x + boxes[i].width / 2, 50);
}

TEST(Layout, LeadsALongEdgePastTheBoxesBetween) {
  const std::vector<Box> boxes(4, Box{100, 20});
  const Edges edges = {{0, 1}, {1, 2}, {2, 3}, {0, 3}};
  const Layout layout = lay_out(boxes, edges);
  expect_edges_down_and_no_overlap(boxes, edges, layout);
  for (const Point& point : layout.routes[3]) {
    for (const std::size_t box : {1, 2}) {
      const Point& corner = layout.corners[box];
      EXPECT_FALSE(point.x > corner.x && point.x < corner.x + 100 && point.y > corner.y && point.y < corner.y + 20);
    }
  }
}

TEST(Layout, UncrossesBranches) {
  // Two branches that are given in opposite orders.
  const std::vector<Box> boxes(6, Box{50, 20});
  const Edges edges = {{0, 1}, {0, 2}, {1, 4}, {2, 3}, {3, 5}, {4, 5}};
  const Layout layout = lay_out(boxes, edges);
  EXPECT_EQ(layout.corners[1].x < layout.corners[2].x, layout.corners[4].x < layout.corners[3].x);
}

TEST(Layout, HoldsItsPromisesOnRandomGraphs) {
  std::minstd_rand random(1);
  for (int graph = 0; graph < 50; ++graph) {
    std::vector<Box> boxes;
    Edges edges;
    for (std::size_t i = 0; i < 1 + random() % 30; ++i) {
      boxes.push_back({static_cast<double>(40 + random() % 100), static_cast<double>(20 + random() % 40)});
      for (std::size_t k = 0; i > 0 && k < random() % 3; ++k) edges.emplace_back(random() % i, i);
    }
    expect_edges_down_and_no_overlap(boxes, edges, lay_out(boxes, edges));
  }
}

TEST(Layout, RefusesCyclesAndEdgesToNowhere) {
  EXPECT_THROW(lay_out(std::vector<Box>(2), {{0, 1}, {1, 0}}), Error);
  EXPECT_THROW(lay_out(std::vector<Box>(2), {{0, 2}}), Error);
  EXPECT_TRUE(lay_out({}, {}).corners.empty());
}

}  // namespace
}  // namespace mltk
