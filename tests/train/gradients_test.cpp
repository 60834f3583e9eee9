// Every operator's forward kernel against a reference in double precision, and its gradient against the reference's
// central differences.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <set>
#include <string>

#include "graph/ops/abs.h"
#include "graph/ops/add.h"
#include "graph/ops/average_pool_2d.h"
#include "graph/ops/batch_matmul.h"
#include "graph/ops/batch_moments.h"
#include "graph/ops/broadcast.h"
#include "graph/ops/clip.h"
#include "graph/ops/concat.h"
#include "graph/ops/conv_2d.h"
#include "graph/ops/conv_2d_backward_input.h"
#include "graph/ops/cos.h"
#include "graph/ops/depthwise_conv_2d.h"
#include "graph/ops/div.h"
#include "graph/ops/elu.h"
#include "graph/ops/erf.h"
#include "graph/ops/exp.h"
#include "graph/ops/gather.h"
#include "graph/ops/greater.h"
#include "graph/ops/leaky_relu.h"
#include "graph/ops/log.h"
#include "graph/ops/matmul.h"
#include "graph/ops/max_pool_2d.h"
#include "graph/ops/maximum.h"
#include "graph/ops/minimum.h"
#include "graph/ops/mul.h"
#include "graph/ops/neg.h"
#include "graph/ops/pad.h"
#include "graph/ops/power.h"
#include "graph/ops/prelu.h"
#include "graph/ops/projective_transform.h"
#include "graph/ops/reduce_max.h"
#include "graph/ops/reduce_mean.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/relu.h"
#include "graph/ops/relu6.h"
#include "graph/ops/reshape.h"
#include "graph/ops/resize.h"
#include "graph/ops/reverse.h"
#include "graph/ops/rsqrt.h"
#include "graph/ops/select.h"
#include "graph/ops/sigmoid.h"
#include "graph/ops/sin.h"
#include "graph/ops/slice.h"
#include "graph/ops/softmax.h"
#include "graph/ops/softmax_cross_entropy.h"
#include "graph/ops/split.h"
#include "graph/ops/sqrt.h"
#include "graph/ops/square.h"
#include "graph/ops/sub.h"
#include "graph/ops/tanh.h"
#include "graph/ops/transpose.h"
#include "graph/ops/unstack.h"
#include "passes/differentiate.h"
#include "reference.h"
#include "run_graph.h"

namespace mltk {
namespace {

constexpr std::int64_t kSamples = 9;

struct Case {
  std::string name;
  std::vector<Shape> inputs;
  std::function<ValueId(Graph&, const std::vector<ValueId>&)> build;
  double low = -1;
  double high = 1;
};

Window2d window(std::int64_t kernel_height, std::int64_t kernel_width, std::int64_t stride, bool same,
                std::int64_t dilation = 1) {
  return {kernel_height, kernel_width, stride, stride, dilation, dilation, same};
}

template <ValueId (*kOp)(Graph&, ValueId)>
ValueId one(Graph& graph, const std::vector<ValueId>& x) {
  return kOp(graph, x[0]);
}

template <ValueId (*kOp)(Graph&, ValueId, ValueId)>
ValueId two(Graph& graph, const std::vector<ValueId>& x) {
  return kOp(graph, x[0], x[1]);
}

ValueId conv(Graph& graph, const std::vector<ValueId>& x, Window2d w, std::int64_t groups = 1) {
  return ops::conv_2d(graph, x[0], x[1], {w, groups});
}

std::vector<Case> cases() {
  const std::vector<Shape> image = {{kBatch, 7, 6, 3}};
  const auto with_filter = [](Shape filter) { return std::vector<Shape>{{kBatch, 7, 6, 4}, std::move(filter)}; };
  return {
      {"add_same", {{kBatch, 5}, {kBatch, 5}}, two<ops::add>},
      {"add_bias", {{kBatch, 2, 3, 5}, {5}}, two<ops::add>},
      {"sub_scalar", {{kBatch, 5}, {}}, two<ops::sub>},
      {"mul_channels", {{kBatch, 3, 2, 4}, {4}}, two<ops::mul>},
      {"mul_row", {{kBatch, 4}, {kBatch, 1}}, two<ops::mul>},
      {"mul_middle", {{kBatch, 3, 4}, {kBatch, 1, 4}}, two<ops::mul>},
      {"mul_columns", {{kBatch, 3, 4}, {3, 1}}, two<ops::mul>},
      {"div", {{kBatch, 4}, {4}}, two<ops::div>, 0.5, 2},
      {"cos", {{kBatch, 4}}, one<ops::cos>},
      {"sin", {{kBatch, 4}}, one<ops::sin>},
      {"select",
       {{kBatch, 4}, {4}},
       [](Graph& graph, const std::vector<ValueId>& in) {
         const ValueId condition = ops::greater(graph, in[0], graph.add_scalar(0.1F));
         return ops::select(graph, condition, in[0], ops::square(graph, in[1]));
       }},
      {"maximum", {{kBatch, 4}, {kBatch, 4}}, two<ops::maximum>},
      {"minimum", {{kBatch, 4}, {4}}, two<ops::minimum>},
      {"abs", {{kBatch, 5}}, one<ops::abs>},
      {"exp", {{kBatch, 5}}, one<ops::exp>},
      {"log", {{kBatch, 5}}, one<ops::log>, 0.5, 2},
      {"neg", {{kBatch, 5}}, one<ops::neg>},
      {"relu", {{kBatch, 37}}, one<ops::relu>},
      {"relu6", {{kBatch, 37}}, one<ops::relu6>, -9, 9},
      {"rsqrt", {{kBatch, 5}}, one<ops::rsqrt>, 0.5, 2},
      {"sigmoid", {{kBatch, 5}}, one<ops::sigmoid>, -4, 4},
      {"sqrt", {{kBatch, 5}}, one<ops::sqrt>, 0.5, 2},
      {"square", {{kBatch, 5}}, one<ops::square>},
      {"tanh", {{kBatch, 5}}, one<ops::tanh>},
      {"softmax", {{kBatch, 5}}, one<ops::softmax>},
      {"clip", {{kBatch, 9}}, [](Graph& g, const auto& x) { return ops::clip(g, x[0], {-0.5F, 0.6F}); }},
      {"leaky_relu", {{kBatch, 9}}, [](Graph& g, const auto& x) { return ops::leaky_relu(g, x[0], {0.2F}); }},
      {"reshape", {{kBatch, 2, 6}}, [](Graph& g, const auto& x) { return ops::reshape(g, x[0], {kBatch, 3, 4}); }},
      {"transpose", {{kBatch, 2, 6}}, [](Graph& g, const auto& x) { return ops::transpose(g, x[0], {{0, 2, 1}}); }},
      {"broadcast", {{kBatch, 1, 3}}, [](Graph& g, const auto& x) { return ops::broadcast(g, x[0], {kBatch, 4, 3}); }},
      {"pad", image, [](Graph& g, const auto& x) { return ops::pad(g, x[0], {{{0, 0}, {1, 2}, {0, 1}, {0, 0}}}); }},
      {"slice", image, [](Graph& g, const auto& x) { return ops::slice(g, x[0], {{0, 1, 2, 0}, {kBatch, 3, 2, 2}}); }},
      {"concat", {{kBatch, 3, 2}, {kBatch, 3, 4}}, [](Graph& g, const auto& x) { return ops::concat(g, x, {-1}); }},
      {"reduce_sum_last", image, [](Graph& g, const auto& x) { return ops::reduce_sum(g, x[0], {{3}, true}); }},
      {"reduce_mean_pixels", image, [](Graph& g, const auto& x) { return ops::reduce_mean(g, x[0], {{1, 2}}); }},
      {"reduce_sum_batch", image, [](Graph& g, const auto& x) { return ops::reduce_sum(g, x[0], {{0, 1, 2}}); }},
      {"matmul", {{kBatch, 7}, {7, 5}}, [](Graph& g, const auto& x) { return ops::matmul(g, x[0], x[1]); }},
      {"matmul_transposed",
       {{kBatch, 7}, {5, 7}},
       [](Graph& g, const auto& x) { return ops::matmul(g, x[0], x[1], {false, true}); }},
      {"matmul_over_batch",
       {{kBatch, 7}, {kBatch, 5}},
       [](Graph& g, const auto& x) { return ops::matmul(g, x[0], x[1], {true, false}); }},
      {"matmul_rows", {{kBatch, 3, 7}, {7, 5}}, [](Graph& g, const auto& x) { return ops::matmul(g, x[0], x[1]); }},
      {"matmul_rows_over_batch",
       {{kBatch, 3, 7}, {kBatch, 3, 5}},
       [](Graph& g, const auto& x) { return ops::matmul(g, x[0], x[1], {true, false}); }},
      {"batch_matmul",
       {{kBatch, 3, 4}, {kBatch, 4, 5}},
       [](Graph& g, const auto& x) { return ops::batch_matmul(g, x[0], x[1], {}); }},
      {"batch_matmul_transposed",
       {{kBatch, 2, 4, 3}, {kBatch, 2, 5, 4}},
       [](Graph& g, const auto& x) { return ops::batch_matmul(g, x[0], x[1], {true, true}); }},
      {"elu", {{kBatch, 9}}, [](Graph& g, const auto& x) { return ops::elu(g, x[0], {0.7F}); }, -3, 3},
      {"prelu", {{kBatch, 3, 4}, {1, 4}}, two<ops::prelu>},
      {"erf", {{kBatch, 9}}, one<ops::erf>},
      {"power", {{kBatch, 9}}, [](Graph& g, const auto& x) { return ops::power(g, x[0], {1.7F}); }, 0.2, 2},
      {"reduce_max", image, [](Graph& g, const auto& x) { return ops::reduce_max(g, x[0], {{1, 2}, true}); }},
      {"unstack",
       {{kBatch, 3, 4}},
       [](Graph& g, const auto& x) {
         const auto parts = ops::unstack(g, x[0], {1});
         return ops::mul(g, parts[0], parts[2]);
       }},
      {"split",
       {{kBatch, 2, 6}},
       [](Graph& g, const auto& x) {
         const auto parts = ops::split(g, x[0], {.parts = 3});
         return ops::mul(g, parts[0], parts[2]);
       }},
      {"reverse",
       {{kBatch, 3, 4}},
       [](Graph& g, const auto& x) { return ops::mul(g, x[0], ops::reverse(g, x[0], {1})); }},
      {"gather",
       {{4, 3}},
       [](Graph& g, const auto& x) {
         const ValueId indices = g.add_constant(Tensor({5}, {0.0F, 3.0F, 1.0F, 1.0F, 2.0F}));
         return ops::gather(g, x[0], indices);
       }},
      {"resize_bilinear", image,
       [](Graph& g, const auto& x) { return ops::resize(g, x[0], {4, 13, Interpolation::bilinear}); }},
      {"resize_bicubic", image,
       [](Graph& g, const auto& x) { return ops::resize(g, x[0], {14, 5, Interpolation::bicubic}); }},
      {"resize_nearest", image,
       [](Graph& g, const auto& x) { return ops::resize(g, x[0], {14, 4, Interpolation::nearest}); }},
      {"projective_transform", image,
       [](Graph& g, const auto& x) {
         const ValueId numbers = g.add_constant(Tensor({8}, {0.9F, -0.3F, 1.0F, 0.2F, 1.1F, -0.7F, 0.02F, -0.01F}));
         const ValueId transforms = ops::broadcast(g, numbers, {kBatch, 8});
         return ops::projective_transform(g, x[0], transforms, {.height = 6, .width = 8, .fill_value = 0.5F});
       }},
      {"conv_transposed",
       {{kBatch, 4, 3, 5}, {3, 2, 4, 5}},
       [](Graph& g, const auto& x) {
         return ops::conv_2d_backward_input(g, x[0], x[1], {{window(3, 2, 2, true), 1}, {kBatch, 8, 6, 4}});
       }},
      {"conv_valid", with_filter({3, 3, 4, 5}),
       [](Graph& g, const auto& x) { return conv(g, x, window(3, 3, 1, false)); }},
      {"conv_same", with_filter({3, 2, 4, 5}),
       [](Graph& g, const auto& x) { return conv(g, x, window(3, 2, 1, true)); }},
      {"conv_strides", with_filter({3, 3, 4, 5}),
       [](Graph& g, const auto& x) { return conv(g, x, window(3, 3, 2, true)); }},
      {"conv_strides_skip", with_filter({2, 2, 4, 5}),
       [](Graph& g, const auto& x) { return conv(g, x, window(2, 2, 3, false)); }},
      {"conv_pointwise", with_filter({1, 1, 4, 17}),
       [](Graph& g, const auto& x) { return conv(g, x, window(1, 1, 1, false)); }},
      {"conv_dilated", with_filter({3, 2, 4, 5}),
       [](Graph& g, const auto& x) { return conv(g, x, window(3, 2, 1, true, 2)); }},
      {"conv_groups", with_filter({3, 3, 2, 6}),
       [](Graph& g, const auto& x) { return conv(g, x, window(3, 3, 2, true), 2); }},
      {"depthwise", with_filter({3, 3, 4, 1}),
       [](Graph& g, const auto& x) { return ops::depthwise_conv_2d(g, x[0], x[1], {window(3, 3, 2, true)}); }},
      {"depthwise_multiplier", with_filter({3, 2, 4, 2}),
       [](Graph& g, const auto& x) { return ops::depthwise_conv_2d(g, x[0], x[1], {window(3, 2, 1, false)}); }},
      {"max_pool", image, [](Graph& g, const auto& x) { return ops::max_pool_2d(g, x[0], {window(3, 2, 2, true)}); }},
      {"average_pool", image,
       [](Graph& g, const auto& x) { return ops::average_pool_2d(g, x[0], {window(3, 2, 2, true)}); }},
      {"softmax_cross_entropy",
       {{kBatch, 5}},
       [](Graph& g, const auto& x) {
         return ops::softmax_cross_entropy(g, x[0], ops::softmax(g, ops::mul(g, x[0], g.add_scalar(0))));
       }},
      {"batch_moments",
       {{kBatch, 3, 2, 4}},
       [](Graph& g, const auto& x) {
         const auto moments = ops::batch_moments(g, x[0]);
         return ops::mul(g, moments.mean, moments.variance);
       }},
  };
}

void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }

class Gradients : public testing::TestWithParam<Case> {};

TEST_P(Gradients, AgreeWithCentralDifferences) {
  const Case& test = GetParam();
  Graph graph;
  std::vector<ValueId> inputs;
  std::vector<std::vector<float>> values;
  for (std::size_t i = 0; i < test.inputs.size(); ++i) {
    const Shape& shape = test.inputs[i];
    inputs.push_back(graph.add_input("x", {DType::float32, shape}));
    values.push_back(random_values(shape.elements() * (shape.batched() ? kSamples : 1), 17 + i, test.low, test.high));
  }
  const ValueId y = test.build(graph, inputs);
  // Weights that differ by element, so that no gradient is symmetric by accident.
  Tensor weights(DType::float32, graph.shape(y).with_batch(1));
  const auto drawn = random_values(weights.elements(), 99);
  std::ranges::copy(drawn, weights.as<float>().begin());
  const Shape weight_shape = graph.shape(y).batched() ? graph.shape(y).without_front() : graph.shape(y);
  ValueId loss = ops::mul(graph, y, graph.add_constant(weights.reshaped(weight_shape)));
  ReduceAttributes all;
  for (std::size_t axis = 0; axis < graph.shape(loss).rank(); ++axis)
    all.axes.push_back(static_cast<std::int64_t>(axis));
  loss = ops::reduce_sum(graph, loss, all);
  graph.set_outputs({loss});
  const Graph forward = graph;
  const auto gradients = differentiate(graph, loss, inputs);
  verify(graph);
  std::vector<ValueId> outputs = {loss};
  for (const ValueId gradient : gradients) {
    ASSERT_TRUE(gradient.valid());
    outputs.push_back(gradient);
  }
  graph.set_outputs(outputs);
  const auto results = run_graph(graph, values, kSamples);

  std::vector<std::vector<double>> exact;
  for (const auto& input : values) exact.emplace_back(input.begin(), input.end());
  const auto reference = [&] { return run_reference(forward, exact, kSamples)[0].values[0]; };
  const double here = reference();
  EXPECT_NEAR(results[0][0], here, 1e-4 * (1 + std::abs(here)));

  constexpr double kStep = 1e-4;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    ASSERT_EQ(results[i + 1].size(), exact[i].size());
    for (std::size_t e = 0; e < exact[i].size(); e += 1 + exact[i].size() / 12) {
      const double value = exact[i][e];
      exact[i][e] = value + kStep;
      const double above = reference();
      exact[i][e] = value - kStep;
      const double below = reference();
      exact[i][e] = value;
      const double expected = (above - below) / (2 * kStep);
      // A kink within the step (relu, max, clip) makes the difference a mixture; skip where halves disagree.
      const double right = (above - here) / kStep;
      const double left = (here - below) / kStep;
      if (std::abs(right - left) > 0.01 * (std::abs(right) + std::abs(left)) + 0.01) continue;
      EXPECT_NEAR(results[i + 1][e], expected, 2e-4 * std::abs(expected) + 2e-4) << "input " << i << " element " << e;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Ops, Gradients, testing::ValuesIn(cases()),
                         [](const auto& parameter) { return parameter.param.name; });

TEST(Gradients, EveryOperatorWithAGradientIsTested) {
  std::set<std::string_view> tested;
  for (const Case& test : cases()) {
    Graph graph;
    std::vector<ValueId> inputs;
    for (const Shape& shape : test.inputs) inputs.push_back(graph.add_input("x", {DType::float32, shape}));
    test.build(graph, inputs);
    for (const Node& node : graph.nodes()) tested.insert(node.op->name);
  }
  for (const OpDef* op : op_table()) {
    if (op->gradient != nullptr) {
      EXPECT_THAT(tested, testing::Contains(op->name));
    }
  }
}

}  // namespace
}  // namespace mltk
