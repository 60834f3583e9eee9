// Random graphs of element-wise nodes and sums, as the plan forms them into chains, tiles and recomputed values,
// against node by node arithmetic in float64.

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "graph/ops/abs.h"
#include "graph/ops/add.h"
#include "graph/ops/batch_moments.h"
#include "graph/ops/broadcast.h"
#include "graph/ops/greater.h"
#include "graph/ops/maximum.h"
#include "graph/ops/mul.h"
#include "graph/ops/neg.h"
#include "graph/ops/reduce_mean.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/relu.h"
#include "graph/ops/sub.h"
#include "run_graph.h"

namespace mltk {
namespace {

using Values = std::vector<double>;

/// A graph and what it should compute, built node by node.
class RandomGraph {
 public:
  RandomGraph(std::uint64_t seed, std::int64_t batch)
      : rng_(seed),
        batch_(batch),
        channels_(pick({1, 3, 8, 24})),
        shape_{kBatch, pick({1, 4}), pick({3, 40}), channels_} {
    for (int i = 0; i < 2; ++i) add_input(shape_, batch_ * shape_.elements());
    for (int i = 0; i < 2; ++i) add_input({channels_}, channels_);
    add_input({kBatch, 1, 1, channels_}, batch_ * channels_);
    full_ = {ids_[0], ids_[1]};
    operands_ = {ids_[2], ids_[3], ids_[4]};
    for (int i = 0; i < 24; ++i) add_node();
    std::vector<ValueId> outputs = sums_;
    outputs.push_back(full_.back());
    if (pick({0, 1}) == 1) outputs.push_back(full_[full_.size() / 2]);
    graph.set_outputs(outputs);
  }

  Graph graph;
  std::vector<std::vector<float>> inputs;

  const Values& exact(ValueId id) const { return values_.at(id); }
  std::int64_t batch() const { return batch_; }

 private:
  Rng rng_;
  std::int64_t batch_;
  std::int64_t channels_;
  Shape shape_;
  std::vector<ValueId> ids_, full_, operands_, sums_;
  std::map<ValueId, Values> values_;

  std::int64_t pick(std::initializer_list<std::int64_t> values) {
    return *(values.begin() + static_cast<std::ptrdiff_t>(rng_.uniform(0, static_cast<double>(values.size()))));
  }
  ValueId pick(const std::vector<ValueId>& from) {
    return from[static_cast<std::size_t>(rng_.uniform(0, static_cast<double>(from.size())))];
  }

  void add_input(const Shape& shape, std::int64_t count) {
    inputs.push_back(random_values(count, inputs.size() + 17));
    ids_.push_back(graph.add_input("input", {DType::float32, shape}));
    values_[ids_.back()] = Values(inputs.back().begin(), inputs.back().end());
  }

  /// The element of an operand that belongs to element i of a full value.
  double at(ValueId id, std::size_t i) const {
    const Values& values = values_.at(id);
    const auto channels = static_cast<std::size_t>(channels_);
    const auto sample = i / static_cast<std::size_t>(shape_.elements());
    if (graph.shape(id) == shape_) return values[i];
    if (graph.shape(id).rank() == 0) return values[0];
    return graph.shape(id).batched() ? values[sample * channels + i % channels] : values[i % channels];
  }

  template <class F>
  void give(ValueId id, const F& f) {
    Values& values = values_[id];
    values.resize(static_cast<std::size_t>(batch_ * shape_.elements()));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = f(i);
    full_.push_back(id);
  }

  void add_node() {
    const ValueId a = pick(full_);
    const ValueId b = pick({0, 1}) == 1 ? pick(full_) : pick(operands_);
    switch (pick({0, 1, 2, 3, 4, 5, 6, 7, 8, 9})) {
      case 0: return give(ops::add(graph, a, b), [&](std::size_t i) { return at(a, i) + at(b, i); });
      case 1: return give(ops::sub(graph, b, a), [&](std::size_t i) { return at(b, i) - at(a, i); });
      case 2: return give(ops::mul(graph, a, b), [&](std::size_t i) { return at(a, i) * at(b, i); });
      case 3: return give(ops::relu(graph, a), [&](std::size_t i) { return std::max(at(a, i), 0.0); });
      case 4: {  // x * w + v, the form of a normalization
        const ValueId c = pick(operands_);
        const ValueId product = ops::mul(graph, a, pick(operands_));
        const ValueId w = graph.producer(product)->inputs[1];
        values_[product] = {};
        give(ops::add(graph, product, c), [&](std::size_t i) { return at(a, i) * at(w, i) + at(c, i); });
        return;
      }
      case 5: {  // what a gradient does at an activation; values at 0.25 are not near a half of a float
        const ValueId mask = ops::greater(graph, a, graph.add_scalar(0));
        values_[mask] = {};
        return give(ops::mul(graph, b, mask), [&](std::size_t i) { return at(a, i) > 0 ? at(b, i) : 0; });
      }
      case 6: return give(ops::maximum(graph, a, b), [&](std::size_t i) { return std::max(at(a, i), at(b, i)); });
      case 7: return give(ops::abs(graph, a), [&](std::size_t i) { return std::abs(at(a, i)); });
      case 8: {  // sums over all but the channels: a meeting of the slices, and an operand of the next phase
        const ValueId sum = ops::reduce_mean(graph, a, {{1, 2}, true});
        Values& values = values_[sum];
        values.resize(static_cast<std::size_t>(batch_ * channels_));
        const double share = 1.0 / static_cast<double>(shape_.elements() / channels_);
        for (std::size_t i = 0; i < values_[a].size(); ++i) {
          const auto sample = i / static_cast<std::size_t>(shape_.elements());
          values[sample * static_cast<std::size_t>(channels_) + i % static_cast<std::size_t>(channels_)] +=
              share * at(a, i);
        }
        operands_.push_back(sum);
        return;
      }
      default: {
        const ValueId product = ops::mul(graph, a, pick(full_));
        const ValueId other = graph.producer(product)->inputs[1];
        values_[product] = {};
        const ValueId total = ops::reduce_sum(graph, product, {{0, 1, 2}});
        const auto share = 1.0F / static_cast<float>(batch_ * shape_.elements() / channels_);
        const ValueId sum = ops::mul(graph, total, graph.add_scalar(share));
        values_[total] = {};
        Values& values = values_[sum];
        values.resize(static_cast<std::size_t>(channels_));
        for (std::size_t i = 0; i < values_[a].size(); ++i) {
          values[i % static_cast<std::size_t>(channels_)] += share * at(a, i) * at(other, i);
        }
        sums_.push_back(sum);
        operands_.push_back(sum);
      }
    }
  }
};

TEST(Chains, RandomGraphsAgreeWithFloat64) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const RandomGraph random(seed, seed % 3 == 0 ? 1 : seed % 3 == 1 ? 9 : 33);
    const auto outputs = run_graph(random.graph, random.inputs, random.batch());
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      const Values& expected = random.exact(random.graph.outputs()[k]);
      ASSERT_EQ(outputs[k].size(), expected.size());
      double largest = 1;
      for (const double value : expected) largest = std::max(largest, std::abs(value));
      for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(outputs[k][i], expected[i], 1e-4 * largest);
    }
  }
}

TEST(Chains, GiveTheSameBytesForAnyNumberOfThreads) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const RandomGraph random(seed, 33);
    const auto expected = run_graph(random.graph, random.inputs, 33, 1);
    for (const int threads : {2, 3, 8}) EXPECT_EQ(run_graph(random.graph, random.inputs, 33, threads), expected);
  }
}

}  // namespace
}  // namespace mltk
