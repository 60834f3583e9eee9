// The float kernels against scalar references in float64 over random shapes, for each instruction set that the
// processor has; and that instruction sets with fused multiply-add give the same bytes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>

#include "graph/ops/average_pool_2d.h"
#include "graph/ops/average_pool_2d_backward.h"
#include "graph/ops/batch_moments.h"
#include "graph/ops/conv_2d.h"
#include "graph/ops/conv_2d_backward_filter.h"
#include "graph/ops/conv_2d_backward_input.h"
#include "graph/ops/depthwise_conv_2d.h"
#include "graph/ops/depthwise_conv_2d_backward_filter.h"
#include "graph/ops/depthwise_conv_2d_backward_input.h"
#include "graph/ops/matmul.h"
#include "graph/ops/max_pool_2d.h"
#include "graph/ops/max_pool_2d_backward.h"
#include "run_graph.h"

namespace mltk {
namespace {

using Values = std::vector<float>;
using Exact = std::vector<double>;

/// A window with its sizes, over an input [batch, height, width, channels].
struct Case {
  Window2d window;
  std::int64_t batch, height, width, channels, filters, groups;
  WindowExtent down, across;

  Shape input() const { return {kBatch, height, width, channels}; }
  Shape output() const { return {kBatch, down.output, across.output, filters}; }
  std::int64_t inputs() const { return batch * height * width * channels; }
  std::int64_t outputs() const { return batch * down.output * across.output * filters; }

  std::string text() const {
    return fmt::format("{}x{}x{}x{} to {} filters in {} groups, kernel {}x{} stride {}x{} dilation {}x{} {}", batch,
                       height, width, channels, filters, groups, window.kernel_height, window.kernel_width,
                       window.stride_height, window.stride_width, window.dilation_height, window.dilation_width,
                       window.same ? "same" : "valid");
  }

  /// Calls f(sample, output row, output column, kernel row, kernel column, input row, input column).
  template <class F>
  void for_each_tap(const F& f) const {
    for (std::int64_t n = 0; n < batch; ++n) {
      for (std::int64_t p = 0; p < down.output; ++p) {
        for (std::int64_t q = 0; q < across.output; ++q) {
          for (std::int64_t i = 0; i < window.kernel_height; ++i) {
            for (std::int64_t j = 0; j < window.kernel_width; ++j) {
              const std::int64_t y = p * window.stride_height + i * window.dilation_height - down.pad_before;
              const std::int64_t x = q * window.stride_width + j * window.dilation_width - across.pad_before;
              if (y >= 0 && y < height && x >= 0 && x < width) f(n, p, q, i, j, y, x);
            }
          }
        }
      }
    }
  }
  std::size_t in(std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) const {
    return static_cast<std::size_t>(((n * height + y) * width + x) * channels + c);
  }
  std::size_t out(std::int64_t n, std::int64_t p, std::int64_t q, std::int64_t f) const {
    return static_cast<std::size_t>(((n * down.output + p) * across.output + q) * filters + f);
  }
};

enum class Kind : std::uint8_t { convolution, depthwise, pool };

Case random_case(Kind kind, std::uint64_t seed) {
  Rng rng(seed);
  const auto pick = [&](std::initializer_list<int> values) {
    return *(values.begin() + static_cast<std::ptrdiff_t>(rng.uniform(0, static_cast<double>(values.size()))));
  };
  Case c{};
  c.batch = pick({1, 2, 9});
  c.height = pick({1, 3, 5, 8, 13});
  c.width = pick({1, 2, 5, 9, 17});
  c.channels = pick({1, 3, 8, 16, 17, 24, 40});
  c.filters = pick({1, 4, 8, 24, 32, 65});
  c.groups = 1;
  c.window.kernel_height = pick({1, 2, 3, 3, 5});
  c.window.kernel_width = pick({1, 3, 3, 4});
  c.window.stride_height = pick({1, 1, 2, 3});
  c.window.stride_width = pick({1, 1, 2});
  c.window.same = pick({0, 1, 1}) == 1;
  if (kind == Kind::pool) c.filters = c.channels;
  if (kind != Kind::pool && pick({0, 0, 0, 1}) == 1) {
    c.window.dilation_height = 2;
    c.window.stride_height = c.window.stride_width = 1;
  }
  if (kind == Kind::convolution && pick({0, 0, 1}) == 1) {
    c.groups = 4;
    c.channels = 8;
    c.filters = 12;
  }
  if (kind == Kind::depthwise) c.filters = c.channels * pick({1, 1, 1, 2});
  if (!c.window.same) {  // the window must fit in
    c.height = std::max(c.height, (c.window.kernel_height - 1) * c.window.dilation_height + 1);
    c.width = std::max(c.width, (c.window.kernel_width - 1) * c.window.dilation_width + 1);
  }
  c.down =
      window_extent(c.height, c.window.kernel_height, c.window.stride_height, c.window.dilation_height, c.window.same);
  c.across =
      window_extent(c.width, c.window.kernel_width, c.window.stride_width, c.window.dilation_width, c.window.same);
  return c;
}

/// Each value within 1e-5 of the largest sum of magnitudes that went into one.
void expect_near(const Values& actual, const Exact& expected, const Exact& magnitudes) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    ASSERT_NEAR(actual[i], expected[i], 2e-6 * (1 + magnitudes[i])) << "element " << i;
  }
}

/// Sums of products, and of their magnitudes.
struct Sums {
  Exact values, magnitudes;
  explicit Sums(std::int64_t count)
      : values(static_cast<std::size_t>(count)), magnitudes(static_cast<std::size_t>(count)) {}
  void add(std::size_t at, double a, double b) {
    values[at] += a * b;
    magnitudes[at] += std::abs(a * b);
  }
};

class Kernels : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override { hwy::SetSupportedTargetsForTest(GetParam()); }
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
};

TEST_P(Kernels, ConvolutionsAgreeWithFloat64) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Case c = random_case(Kind::convolution, seed);
    SCOPED_TRACE(c.text());
    const std::int64_t inner = c.channels / c.groups;
    const std::int64_t each = c.filters / c.groups;
    const Shape filter_shape{c.window.kernel_height, c.window.kernel_width, inner, c.filters};
    const Values x = random_values(c.inputs(), 3 * seed);
    const Values w = random_values(filter_shape.elements(), 3 * seed + 1);
    const Values dy = random_values(c.outputs(), 3 * seed + 2);
    Sums forward(c.outputs());
    Sums to_input(c.inputs());
    Sums to_filter(filter_shape.elements());
    c.for_each_tap([&](auto n, auto p, auto q, auto i, auto j, auto y, auto xx) {
      for (std::int64_t f = 0; f < c.filters; ++f) {
        for (std::int64_t k = 0; k < inner; ++k) {
          const std::size_t in = c.in(n, y, xx, f / each * inner + k);
          const std::size_t out = c.out(n, p, q, f);
          const auto tap = static_cast<std::size_t>(((i * c.window.kernel_width + j) * inner + k) * c.filters + f);
          forward.add(out, x[in], w[tap]);
          to_input.add(in, dy[out], w[tap]);
          to_filter.add(tap, dy[out], x[in]);
        }
      }
    });
    Graph graph;
    const ValueId input = graph.add_input("x", {DType::float32, c.input()});
    const ValueId filter = graph.add_input("w", {DType::float32, filter_shape});
    const ValueId gradient = graph.add_input("dy", {DType::float32, c.output()});
    const Conv2dAttributes conv{c.window, c.groups};
    graph.set_outputs({ops::conv_2d(graph, input, filter, conv),
                       ops::conv_2d_backward_input(graph, gradient, filter, {conv, c.input()}),
                       ops::conv_2d_backward_filter(graph, input, gradient, {conv, filter_shape})});
    const auto outputs = run_graph(graph, {x, w, dy}, c.batch);
    expect_near(outputs[0], forward.values, forward.magnitudes);
    expect_near(outputs[1], to_input.values, to_input.magnitudes);
    expect_near(outputs[2], to_filter.values, to_filter.magnitudes);
  }
}

TEST_P(Kernels, DepthwiseConvolutionsAgreeWithFloat64) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Case c = random_case(Kind::depthwise, seed);
    SCOPED_TRACE(c.text());
    const std::int64_t multiplier = c.filters / c.channels;
    const Shape filter_shape{c.window.kernel_height, c.window.kernel_width, c.channels, multiplier};
    const Values x = random_values(c.inputs(), 3 * seed);
    const Values w = random_values(filter_shape.elements(), 3 * seed + 1);
    const Values dy = random_values(c.outputs(), 3 * seed + 2);
    Sums forward(c.outputs());
    Sums to_input(c.inputs());
    Sums to_filter(filter_shape.elements());
    c.for_each_tap([&](auto n, auto p, auto q, auto i, auto j, auto y, auto xx) {
      for (std::int64_t f = 0; f < c.filters; ++f) {
        const std::size_t in = c.in(n, y, xx, f / multiplier);
        const std::size_t out = c.out(n, p, q, f);
        const auto tap = static_cast<std::size_t>((i * c.window.kernel_width + j) * c.filters + f);
        forward.add(out, x[in], w[tap]);
        to_input.add(in, dy[out], w[tap]);
        to_filter.add(tap, dy[out], x[in]);
      }
    });
    Graph graph;
    const ValueId input = graph.add_input("x", {DType::float32, c.input()});
    const ValueId filter = graph.add_input("w", {DType::float32, filter_shape});
    const ValueId gradient = graph.add_input("dy", {DType::float32, c.output()});
    graph.set_outputs({ops::depthwise_conv_2d(graph, input, filter, {c.window}),
                       ops::depthwise_conv_2d_backward_input(graph, gradient, filter, {c.window, c.input()}),
                       ops::depthwise_conv_2d_backward_filter(graph, input, gradient, {c.window, filter_shape})});
    const auto outputs = run_graph(graph, {x, w, dy}, c.batch);
    expect_near(outputs[0], forward.values, forward.magnitudes);
    expect_near(outputs[1], to_input.values, to_input.magnitudes);
    expect_near(outputs[2], to_filter.values, to_filter.magnitudes);
  }
}

TEST_P(Kernels, PoolsAgreeWithFloat64) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Case c = random_case(Kind::pool, seed);
    SCOPED_TRACE(c.text());
    const Values x = random_values(c.inputs(), 2 * seed);
    const Values dy = random_values(c.outputs(), 2 * seed + 1);
    const auto outputs = static_cast<std::size_t>(c.outputs());
    std::vector<int> taps(outputs);
    std::vector<std::size_t> largest(outputs, x.size());
    c.for_each_tap([&](auto n, auto p, auto q, auto, auto, auto y, auto xx) {
      for (std::int64_t k = 0; k < c.channels; ++k) {
        const std::size_t out = c.out(n, p, q, k);
        const std::size_t in = c.in(n, y, xx, k);
        ++taps[out];
        if (largest[out] == x.size() || x[in] > x[largest[out]]) largest[out] = in;
      }
    });
    Sums average(c.outputs());
    Sums to_input(c.inputs());
    c.for_each_tap([&](auto n, auto p, auto q, auto, auto, auto y, auto xx) {
      for (std::int64_t k = 0; k < c.channels; ++k) {
        const std::size_t out = c.out(n, p, q, k);
        average.add(out, x[c.in(n, y, xx, k)], 1.0 / taps[out]);
        to_input.add(c.in(n, y, xx, k), dy[out], 1.0 / taps[out]);
      }
    });
    Sums most(c.outputs());
    Sums to_largest(c.inputs());
    for (std::size_t i = 0; i < outputs; ++i) {
      most.add(i, x[largest[i]], 1);
      to_largest.add(largest[i], dy[i], 1);
    }
    Graph graph;
    const ValueId input = graph.add_input("x", {DType::float32, c.input()});
    const ValueId gradient = graph.add_input("dy", {DType::float32, c.output()});
    graph.set_outputs({ops::average_pool_2d(graph, input, {c.window}),
                       ops::average_pool_2d_backward(graph, gradient, {{c.window}, c.input()}),
                       ops::max_pool_2d(graph, input, {c.window}),
                       ops::max_pool_2d_backward(graph, input, gradient, {c.window})});
    const auto results = run_graph(graph, {x, dy}, c.batch);
    expect_near(results[0], average.values, average.magnitudes);
    expect_near(results[1], to_input.values, to_input.magnitudes);
    expect_near(results[2], most.values, most.magnitudes);
    expect_near(results[3], to_largest.values, to_largest.magnitudes);
  }
}

TEST_P(Kernels, MatrixProductsAgreeWithFloat64) {
  for (const auto& [m, k, n] : {std::tuple(1, 1, 1), {3, 700, 65}, {33, 17, 640}, {70, 130, 12}, {6, 64, 24}}) {
    SCOPED_TRACE(fmt::format("{} x {} x {}", m, k, n));
    const Values a = random_values(m * k, 1);
    const Values b = random_values(k * n, 2);
    const Values dy = random_values(m * n, 3);
    Sums product(m * n);
    Sums to_a(m * k);
    Sums to_b(k * n);
    for (int i = 0; i < m; ++i) {
      for (int p = 0; p < k; ++p) {
        for (int j = 0; j < n; ++j) {
          const auto ai = static_cast<std::size_t>(i * k + p);
          const auto bi = static_cast<std::size_t>(p * n + j);
          const auto yi = static_cast<std::size_t>(i * n + j);
          product.add(yi, a[ai], b[bi]);
          to_a.add(ai, dy[yi], b[bi]);
          to_b.add(bi, a[ai], dy[yi]);
        }
      }
    }
    Graph graph;
    const ValueId left = graph.add_input("a", {DType::float32, {kBatch, k}});
    const ValueId right = graph.add_input("b", {DType::float32, {k, n}});
    const ValueId gradient = graph.add_input("dy", {DType::float32, {kBatch, n}});
    graph.set_outputs({ops::matmul(graph, left, right), ops::matmul(graph, gradient, right, {.transpose_b = true}),
                       ops::matmul(graph, left, gradient, {.transpose_a = true})});
    const auto outputs = run_graph(graph, {a, b, dy}, m);
    expect_near(outputs[0], product.values, product.magnitudes);
    expect_near(outputs[1], to_a.values, to_a.magnitudes);
    expect_near(outputs[2], to_b.values, to_b.magnitudes);
  }
}

TEST_P(Kernels, BatchStatisticsAgreeWithFloat64) {
  for (const std::int64_t channels : {1, 3, 8, 24, 65}) {
    for (const std::int64_t batch : {1, 5, 32}) {
      // A mean far from 0: sums of squares would lose all digits of the variance.
      const Values x = random_values(batch * 7 * channels, 5, 999, 1001);
      const auto columns = static_cast<std::size_t>(channels);
      Exact mean(columns);
      Exact variance(columns);
      const double rows = static_cast<double>(batch * 7);
      for (std::size_t i = 0; i < x.size(); ++i) mean[i % columns] += x[i] / rows;
      for (std::size_t i = 0; i < x.size(); ++i) variance[i % columns] += std::pow(x[i] - mean[i % columns], 2) / rows;
      Graph graph;
      const ValueId input = graph.add_input("x", {DType::float32, {kBatch, 7, channels}});
      const auto moments = ops::batch_moments(graph, input);
      graph.set_outputs({moments.mean, moments.variance});
      const auto outputs = run_graph(graph, {x}, batch);
      for (std::size_t c = 0; c < columns; ++c) {
        EXPECT_NEAR(outputs[0][c], mean[c], 1e-6 * 1000);
        EXPECT_NEAR(outputs[1][c], variance[c], 1e-4 * (variance[c] + 1e-3));
      }
    }
  }
}

/// The instruction sets that kernels are compiled for and this processor has, as bits.
std::vector<std::int64_t> targets() { return hwy::SupportedAndGeneratedTargets(); }

INSTANTIATE_TEST_SUITE_P(AllTargets, Kernels, testing::ValuesIn(targets()),
                         [](const auto& test) { return std::string(hwy::TargetName(test.param)); });

/// Outputs of a small network on one instruction set.
std::vector<Values> network_on(std::int64_t target) {
  hwy::SetSupportedTargetsForTest(target);
  Graph graph;
  const ValueId x = graph.add_input("x", {DType::float32, {kBatch, 9, 7, 3}});
  const ValueId w = graph.add_input("w", {DType::float32, {3, 3, 3, 20}});
  const ValueId d = graph.add_input("d", {DType::float32, {3, 3, 20, 1}});
  const Window2d window{.kernel_height = 3, .kernel_width = 3, .same = true};
  const ValueId y = ops::conv_2d(graph, x, w, {window, 1});
  const ValueId z = ops::depthwise_conv_2d(graph, y, d, {window});
  const auto moments = ops::batch_moments(graph, z);
  graph.set_outputs({z, moments.mean, moments.variance,
                     ops::conv_2d_backward_filter(graph, x, z, {{window, 1}, {3, 3, 3, 20}}),
                     ops::depthwise_conv_2d_backward_filter(graph, y, z, {window, {3, 3, 20, 1}})});
  const auto outputs = run_graph(graph, {random_values(21 * 189, 1), random_values(540, 2), random_values(180, 3)}, 21);
  hwy::SetSupportedTargetsForTest(0);
  return outputs;
}

TEST(InstructionSets, WithFusedMultiplyAddGiveTheSameBytes) {
  std::vector<std::int64_t> fused;
  for (const std::int64_t target : targets()) {
    const std::string name = hwy::TargetName(target);
    if (name.starts_with("AVX")) fused.push_back(target);
  }
  if (fused.size() < 2) GTEST_SKIP() << "the processor has one instruction set with fused multiply-add";
  const auto expected = network_on(fused[0]);
  for (const std::int64_t target : fused) EXPECT_TRUE(network_on(target) == expected) << hwy::TargetName(target);
}

}  // namespace
}  // namespace mltk
