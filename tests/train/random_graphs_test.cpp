// Random small networks: the same bytes with any number of threads, outputs as the reference in double precision
// computes them, and gradients as its central differences.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "base/philox.h"
#include "graph/ops/add.h"
#include "graph/ops/average_pool_2d.h"
#include "graph/ops/batch_moments.h"
#include "graph/ops/concat.h"
#include "graph/ops/conv_2d.h"
#include "graph/ops/depthwise_conv_2d.h"
#include "graph/ops/leaky_relu.h"
#include "graph/ops/matmul.h"
#include "graph/ops/max_pool_2d.h"
#include "graph/ops/mul.h"
#include "graph/ops/pad.h"
#include "graph/ops/reduce_mean.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/relu.h"
#include "graph/ops/reshape.h"
#include "graph/ops/rsqrt.h"
#include "graph/ops/sigmoid.h"
#include "graph/ops/slice.h"
#include "graph/ops/softmax.h"
#include "graph/ops/square.h"
#include "graph/ops/sub.h"
#include "graph/ops/tanh.h"
#include "passes/differentiate.h"
#include "reference.h"
#include "run_graph.h"

namespace mltk {
namespace {

/// Draws a network: each layer is one that fits the value so far.
class RandomNetwork {
 public:
  explicit RandomNetwork(std::uint64_t seed) : rng_(seed, 1), seed_(seed) {
    batch_ = between(1, 11);
    ValueId x = input({kBatch, between(3, 9), between(3, 9), between(1, 5)});
    for (std::int64_t layers = between(2, 7); layers > 0; --layers)
      x = graph_.shape(x).rank() == 4 ? picture(x) : row(x);
    const ValueId weights = input(graph_.shape(x).without_front());
    const ValueId weighted = ops::mul(graph_, x, weights);
    ReduceAttributes all;
    for (std::size_t axis = 0; axis < graph_.shape(x).rank(); ++axis)
      all.axes.push_back(static_cast<std::int64_t>(axis));
    output_ = x;
    loss_ = ops::reduce_sum(graph_, weighted, all);
    graph_.set_outputs({output_, loss_});
  }

  Graph graph_;
  ValueId output_;
  ValueId loss_;
  std::int64_t batch_ = 1;
  std::vector<ValueId> inputs_;
  std::vector<std::vector<float>> values_;

 private:
  Rng rng_;
  std::uint64_t seed_;

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(rng_.below(static_cast<std::uint32_t>(high - low + 1)));
  }
  bool coin() { return rng_.below(2) == 1; }

  /// Values for a graph that gets them from outside, so that all gradients can be asked for.
  ValueId input(Shape shape) {
    inputs_.push_back(graph_.add_input("x", {DType::float32, shape}));
    const std::int64_t samples = shape.batched() ? batch_ : 1;
    values_.push_back(random_values(shape.elements() * samples, seed_ * 100 + values_.size(), -0.7, 0.7));
    return inputs_.back();
  }

  Window2d window(const Shape& shape) {
    const bool same = coin();
    const std::int64_t stride = between(1, 2);
    return {.kernel_height = between(1, std::min<std::int64_t>(3, shape[1])),
            .kernel_width = between(1, std::min<std::int64_t>(3, shape[2])),
            .stride_height = stride,
            .stride_width = stride,
            .same = same};
  }

  ValueId element_wise(ValueId x) {
    switch (between(0, 4)) {
      case 0: return ops::relu(graph_, x);
      case 1: return ops::tanh(graph_, x);
      case 2: return ops::sigmoid(graph_, x);
      case 3: return ops::leaky_relu(graph_, x, {0.2F});
      default: return ops::square(graph_, x);
    }
  }

  ValueId normalized(ValueId x) {
    const auto moments = ops::batch_moments(graph_, x);
    const ValueId scale = ops::rsqrt(graph_, ops::add(graph_, moments.variance, graph_.add_scalar(0.1F)));
    return ops::mul(graph_, ops::sub(graph_, x, moments.mean), scale);
  }

  ValueId convolved(ValueId x) {
    const Shape shape = graph_.shape(x);
    const Window2d w = window(shape);
    const ValueId filter = input({w.kernel_height, w.kernel_width, shape[3], between(1, 9)});
    return ops::conv_2d(graph_, x, filter, {w, 1});
  }

  ValueId depthwise(ValueId x) {
    const Shape shape = graph_.shape(x);
    const Window2d w = window(shape);
    return ops::depthwise_conv_2d(graph_, x, input({w.kernel_height, w.kernel_width, shape[3], between(1, 2)}), {w});
  }

  ValueId picture(ValueId x) {
    const Shape shape = graph_.shape(x);
    switch (between(0, 11)) {
      case 0: return element_wise(x);
      case 1:
      case 2: return convolved(x);
      case 3: return depthwise(x);
      case 4: return ops::max_pool_2d(graph_, x, {window(shape)});
      case 5: return ops::average_pool_2d(graph_, x, {window(shape)});
      case 6: return ops::add(graph_, x, input({shape[3]}));
      case 7: return normalized(x);
      case 8: return ops::concat(graph_, {x, element_wise(x)}, {-1});
      case 9: return ops::pad(graph_, x, {{{0, 0}, {between(0, 2), 1}, {1, between(0, 2)}, {0, 0}}});
      case 10: return ops::reduce_mean(graph_, x, {.axes = {1, 2}});
      default: return ops::reshape(graph_, x, {kBatch, shape.elements()});
    }
  }

  ValueId row(ValueId x) {
    const std::int64_t width = graph_.shape(x)[1];
    switch (between(0, 6)) {
      case 0: return element_wise(x);
      case 1:
      case 2: return ops::matmul(graph_, x, input({width, between(1, 20)}));
      case 3: return ops::softmax(graph_, x);
      case 4: return ops::mul(graph_, x, ops::reduce_mean(graph_, x, {.axes = {1}, .keep_dims = true}));
      case 5: return normalized(x);
      default: return ops::slice(graph_, x, {{0, 0}, {kBatch, between(1, width)}});
    }
  }
};

class RandomGraphs : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomGraphs, AgreeWithTheReference) {
  RandomNetwork network(GetParam());
  const Graph forward = network.graph_;
  Graph& graph = network.graph_;
  std::vector<ValueId> outputs = {network.output_, network.loss_};
  const auto gradients = differentiate(graph, network.loss_, network.inputs_);
  for (const ValueId gradient : gradients) {
    ASSERT_TRUE(gradient.valid());
    outputs.push_back(gradient);
  }
  graph.set_outputs(outputs);
  verify(graph);
  SCOPED_TRACE(to_string(forward));

  const auto results = run_graph(graph, network.values_, network.batch_, 1);
  for (const int threads : {2, 3, 8}) {
    EXPECT_EQ(run_graph(graph, network.values_, network.batch_, threads), results) << threads << " threads";
  }

  std::vector<std::vector<double>> exact;
  for (const auto& values : network.values_) exact.emplace_back(values.begin(), values.end());
  const auto reference = [&] { return run_reference(forward, exact, network.batch_); };
  const auto whole = reference();
  double largest = 1;
  for (const double value : whole[0].values) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < whole[0].values.size(); ++i) {
    ASSERT_NEAR(results[0][i], whole[0].values[i], 2e-5 * largest) << "output " << i;
  }

  constexpr double kStep = 1e-4;
  const double here = whole[1].values[0];
  for (std::size_t i = 0; i < exact.size(); ++i) {
    double scale = 1;
    for (const float value : results[i + 2]) scale = std::max<double>(scale, std::abs(value));
    for (std::size_t e = 0; e < exact[i].size(); e += 1 + exact[i].size() / 4) {
      const double value = exact[i][e];
      exact[i][e] = value + kStep;
      const double above = reference()[1].values[0];
      exact[i][e] = value - kStep;
      const double below = reference()[1].values[0];
      exact[i][e] = value;
      const double right = (above - here) / kStep;
      const double left = (here - below) / kStep;
      if (std::abs(right - left) > 0.01 * (std::abs(right) + std::abs(left) + scale)) continue;  // a kink
      EXPECT_NEAR(results[i + 2][e], (above - below) / (2 * kStep), 1e-3 * scale) << "input " << i << " element " << e;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomGraphs, testing::Range<std::uint64_t>(0, 60));

}  // namespace
}  // namespace mltk
