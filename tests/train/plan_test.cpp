#include "train/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "allocations.h"
#include "graph/ops/add.h"
#include "graph/ops/batch_moments.h"
#include "graph/ops/conv_2d.h"
#include "graph/ops/dropout_mask.h"
#include "graph/ops/matmul.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/relu.h"
#include "graph/ops/sub.h"
#include "passes/differentiate.h"
#include "run_graph.h"
#include "train/finite.h"
#include "train/kernels/kernel.h"

namespace mltk {
namespace {

/// A small network with a batch normalization: two meetings of the slices in each direction.
Graph network(const std::shared_ptr<Variable>& filter) {
  Graph graph;
  const ValueId x = graph.add_input("x", {DType::float32, {kBatch, 6, 6, 3}});
  const ValueId w = graph.add_variable(filter);
  const ValueId y = ops::conv_2d(graph, x, w, {.window = {.kernel_height = 3, .kernel_width = 3, .same = true}});
  const auto moments = ops::batch_moments(graph, y);
  const ValueId normal = ops::mul(graph, ops::sub(graph, y, moments.mean), moments.variance);
  const ValueId kept =
      ops::mul(graph, ops::relu(graph, normal), ops::dropout_mask(graph, x, {0.4F, 1, {kBatch, 6, 6, 5}}));
  const ValueId loss = ops::reduce_sum(graph, kept, {{0, 1, 2, 3}});
  const auto gradients = differentiate(graph, loss, std::vector{w});
  graph.set_outputs({loss, gradients[0], kept});
  return graph;
}

std::shared_ptr<Variable> make_filter() {
  auto filter = std::make_shared<Variable>("w", Tensor(DType::float32, {3, 3, 3, 5}));
  std::ranges::copy(random_values(135, 5), filter->value.as<float>().begin());
  return filter;
}

TEST(Plan, GivesTheSameBytesForAnyNumberOfThreads) {
  const Graph graph = network(make_filter());
  for (const std::int64_t batch : {1, 2, 5, 8, 31, 32, 50}) {
    const std::vector<std::vector<float>> input = {random_values(batch * 108, 3)};
    const auto expected = run_graph(graph, input, batch, 1, {7, 3});
    for (const int threads : {2, 3, 8}) EXPECT_EQ(run_graph(graph, input, batch, threads, {7, 3}), expected);
  }
}

TEST(Plan, RunsSmallerBatchesThanTheLargest) {
  const Graph graph = network(make_filter());
  Plan plan(graph, 32);
  ThreadPool pool(2);
  for (const std::int64_t batch : {32, 1, 7, 20}) {
    const auto input = random_values(batch * 108, 3);
    const std::vector<std::span<const float>> inputs = {input};
    plan.run(inputs, batch, {}, pool);
    const auto alone = run_graph(graph, {input}, batch);
    EXPECT_EQ(plan.value(graph.outputs()[2]).size(), static_cast<std::size_t>(batch * 180));
    EXPECT_NEAR(plan.value(graph.outputs()[0])[0], alone[0][0], 1e-3F * std::abs(alone[0][0]));
  }
}

/// Layers so wide that a slice runs in several tiles.
Graph wide_network(const std::shared_ptr<Variable>& weights, std::int64_t width) {
  Graph graph;
  const ValueId x = graph.add_input("x", {DType::float32, {kBatch, width}});
  const ValueId w = graph.add_variable(weights);
  const ValueId y = ops::matmul(graph, ops::relu(graph, x), w, {});
  const ValueId loss = ops::reduce_sum(graph, ops::mul(graph, y, y), {{0, 1}});
  const auto gradients = differentiate(graph, loss, std::vector{w, x});
  graph.set_outputs({y, gradients[1], gradients[0]});
  return graph;
}

TEST(Plan, TilesGiveWhatSamplesGive) {
  constexpr std::int64_t kWidth = 20000;
  constexpr std::int64_t kColumns = 3;
  const auto weights = std::make_shared<Variable>("w", Tensor(DType::float32, {kWidth, kColumns}));
  std::ranges::copy(random_values(kWidth * kColumns, 5), weights->value.as<float>().begin());
  const Graph graph = wide_network(weights, kWidth);
  for (const std::int64_t batch : {7, 64}) {
    const std::vector<float> input = random_values(batch * kWidth, 3);
    const auto whole = run_graph(graph, {input}, batch);
    std::vector<double> gradient(weights->value.as<float>().size());
    for (std::int64_t n = 0; n < batch; ++n) {
      const auto begin = input.begin() + n * kWidth;
      const auto one = run_graph(graph, {{begin, begin + kWidth}}, 1);
      EXPECT_TRUE(
          std::ranges::equal(one[0], std::span(whole[0]).subspan(static_cast<std::size_t>(n * kColumns), kColumns)));
      EXPECT_TRUE(
          std::ranges::equal(one[1], std::span(whole[1]).subspan(static_cast<std::size_t>(n * kWidth), kWidth)));
      for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += static_cast<double>(one[2][i]);
    }
    EXPECT_THAT(whole[2], testing::Pointwise(testing::FloatNear(0.01F), gradient));
  }
}

TEST(Plan, RandomNumbersFollowSeedAndStep) {
  const Graph graph = network(make_filter());
  const std::vector<std::vector<float>> input = {random_values(4 * 108, 3)};
  EXPECT_EQ(run_graph(graph, input, 4, 2, {1, 2}), run_graph(graph, input, 4, 2, {1, 2}));
  EXPECT_NE(run_graph(graph, input, 4, 2, {1, 2}), run_graph(graph, input, 4, 2, {1, 3}));
  EXPECT_NE(run_graph(graph, input, 4, 2, {1, 2}), run_graph(graph, input, 4, 2, {2, 2}));
}

TEST(Plan, AllocatesNothingInAStep) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "allocations are not counted under the address sanitizer";
#endif
  const Graph graph = network(make_filter());
  Plan plan(graph, 32);
  ThreadPool pool(2);
  const auto input = random_values(32 * 108, 3);
  const std::vector<std::span<const float>> inputs = {input};
  const std::vector<std::span<const float>> fewer = {std::span(input).first(9 * 108)};
  plan.run(inputs, 32, {}, pool);
  const long before = allocations;
  plan.run(inputs, 32, {}, pool);
  plan.run(fewer, 9, {}, pool);
  EXPECT_EQ(allocations, before);
}

TEST(Plan, AppliesUpdatesWhenTheStepEnds) {
  Graph graph;
  const ValueId x = graph.add_input("x", {DType::float32, {kBatch, 2}});
  auto total = std::make_shared<Variable>("total", Tensor({2}, {1.0F, 2.0F}));
  const ValueId sum = ops::reduce_sum(graph, x, {{0}});
  graph.add_update(total, ops::add(graph, graph.add_variable(total), sum));
  run_graph(graph, {{1, 2, 3, 4, 5, 6}}, 3);
  EXPECT_THAT(total->value.as<float>(), testing::ElementsAre(10, 14));
}

TEST(Plan, MeasuresItsUnits) {
  const Graph graph = network(make_filter());
  Plan plan(graph, 32);
  ThreadPool pool(2);
  const auto input = random_values(32 * 108, 3);
  const std::vector<std::span<const float>> inputs = {input};
  plan.run(inputs, 32, {}, pool);
  plan.start_profile();
  for (int i = 0; i < 3; ++i) plan.run(inputs, 32, {}, pool);
  EXPECT_EQ(plan.profiled_steps(), 3);
  const auto units = plan.profile();
  const auto convolution = std::ranges::find(units, "conv_2d", &UnitProfile::operation);
  ASSERT_NE(convolution, units.end());
  EXPECT_EQ(convolution->flops, 2.0 * 32 * 36 * 27 * 5);
  EXPECT_EQ(convolution->bytes, 4.0 * (32 * 108 + 135 + 32 * 180));
  for (const UnitProfile& unit : units) EXPECT_GT(unit.seconds, 0) << unit.operation;
}

TEST(Finite, NamesTheFirstTensorThatIsNot) {
  const auto filter = make_filter();
  Graph graph = network(filter);
  ThreadPool pool(1);
  auto input = random_values(4 * 108, 3);
  const auto find = [&] { return find_non_finite(graph, std::vector{std::span<const float>(input)}, 4, {}, pool); };
  input[7] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(find(), "the data of input 'x' hold infinite values");
  input[7] = 3e38F;  // its square overflows
  EXPECT_EQ(find(), "infinite values came first from 'batch_moments' in layer '', tensor (5,)");
  filter->value.as<float>()[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(find(), "the weight 'w' holds NaN values: the update before made them");
}

TEST(Kernels, EveryOperatorHasOne) {
  for (const OpDef* op : op_table()) EXPECT_EQ(kernels::find_kernel(op->name).op, op->name);
  EXPECT_EQ(kernels::kernel_table().size(), op_table().size());
}

}  // namespace
}  // namespace mltk
