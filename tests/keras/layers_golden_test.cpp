// Layers against real Keras: outputs, gradients of inputs and weights, and updated moving averages.

#include <gtest/gtest.h>

#include <map>

#include "golden.h"
#include "graph/composition.h"
#include "graph/ops/add.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_sum.h"
#include "keras/constraint.h"
#include "keras/model.h"
#include "keras/regularizer.h"
#include "passes/differentiate.h"
#include "train/plan.h"

namespace mltk::keras {
namespace {

constexpr const char* kInPython = "composed in Python: tests/python/test_more_layers.py runs the case";

/// Cases that stay out, and why.
const std::map<std::string, std::string> kAbsent = {
    {"gru_stateful", "states do not outlive a call"},
    {"lstm_stateful", "states do not outlive a call"},
    {"simplernn_stateful", "states do not outlive a call"},
    {"multi_head_attention_cross", kInPython},
    {"multi_head_attention_self", kInPython},
};

void run_case(const GoldenCase& golden) {
  const auto& spec = golden.json.at("layer");
  auto layer = std::make_shared<Layer>(spec.at("class_name").get<std::string>(), "layer", Json(spec.at("config")));
  Graph graph;
  std::vector<Shape> shapes;
  std::vector<ValueId> inputs;
  std::vector<Tensor> tensors;
  for (int i = 0; golden.has(fmt::format("input{}", i)); ++i) {
    tensors.push_back(golden.array(fmt::format("input{}", i)).cast(DType::float32));
    Shape shape = tensors.back().shape();
    shape[0] = kBatch;
    shapes.push_back(shape);
    inputs.push_back(graph.add_input("x", {DType::float32, shape}));
  }
  layer->build(shapes, [] { return std::int64_t{0}; });
  for (std::size_t i = 0; i < layer->weights().size(); ++i) {
    layer->weights()[i]->value = golden.array(fmt::format("weight{}", i));
  }
  const bool training = golden.json.at("training").is_boolean() && golden.json.at("training").get<bool>();
  const std::vector<ValueId> results = layer->call_all(graph, inputs, training);

  std::vector<ValueId> wrt = inputs;
  for (const auto& variable : layer->weights()) wrt.push_back(graph.add_variable(variable));
  ValueId loss = graph.add_scalar(0);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const ValueId upstream = graph.add_input("upstream", {DType::float32, graph.shape(results[i])});
    tensors.push_back(golden.array(fmt::format("upstream{}", i)));
    const ValueId product = ops::mul(graph, results[i], upstream);
    loss = ops::add(graph, loss, ops::reduce_sum(graph, product, {.axes = axes_from(graph.shape(product), 0)}));
  }
  const auto gradients = differentiate(graph, loss, wrt);
  std::vector<ValueId> outputs = results;
  for (const ValueId gradient : gradients) {
    if (gradient.valid()) outputs.push_back(gradient);
  }
  graph.set_outputs(outputs);

  const std::int64_t batch = tensors[0].shape()[0];
  std::vector<std::span<const float>> spans;
  for (const Tensor& tensor : tensors) spans.push_back(tensor.as<float>());
  Plan plan(graph, batch);
  ThreadPool pool(2);
  plan.run(spans, batch, {}, pool);

  const auto value = [&](ValueId id) { return Tensor(graph.shape(id).with_batch(batch), plan.value(id)); };
  for (std::size_t i = 0; i < results.size(); ++i) expect_close(value(results[i]), golden, fmt::format("output{}", i));
  for (std::size_t i = 0; i < wrt.size(); ++i) {
    const std::string name =
        i < inputs.size() ? fmt::format("grad_input{}", i) : fmt::format("grad_weight{}", i - inputs.size());
    if (!golden.has(name)) continue;
    ASSERT_TRUE(gradients[i].valid()) << name;
    expect_close(value(gradients[i]), golden, name);
  }
  for (std::size_t i = 0; i < layer->weights().size(); ++i) {
    const std::string name = fmt::format("new_weight{}", i);
    if (golden.has(name)) expect_close(layer->weights()[i]->value, golden, name);
  }
}

TEST(LayersGolden, AgreeWithKeras) {
  MLTK_NEEDS_GOLDEN_DATA();
  std::size_t absent = 0;
  std::size_t tested = 0;
  for (const std::string& name : golden_cases("layers")) {
    if (kAbsent.contains(name)) {
      ++absent;
      continue;
    }
    SCOPED_TRACE(name);
    try {
      run_case(GoldenCase("layers", name));
      ++tested;
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
  EXPECT_EQ(absent, kAbsent.size());
  EXPECT_GE(tested, 219U);
}

/// Regularizers and constraints stand among the losses.
TEST(LayersGolden, RegularizersAgreeWithKeras) {
  MLTK_NEEDS_GOLDEN_DATA();
  int tested = 0;
  for (const std::string& name : golden_cases("losses")) {
    const GoldenCase golden("losses", name);
    if (!golden.json.contains("regularizer")) continue;
    SCOPED_TRACE(name);
    const Tensor x = golden.array("x");
    Graph graph;
    const ValueId weight = graph.add_input("x", {DType::float32, x.shape()});
    const ValueId value = add_penalty(graph, weight, normalize_regularizer(Json(golden.json.at("regularizer"))));
    graph.set_outputs({value, differentiate(graph, value, std::vector{weight})[0]});
    Plan plan(graph, 1);
    ThreadPool pool(1);
    const std::vector<std::span<const float>> inputs = {x.as<float>()};
    plan.run(inputs, 1, {}, pool);
    expect_close(Tensor(Shape{}, plan.value(graph.outputs()[0])), golden, "value");
    expect_close(Tensor(x.shape(), plan.value(graph.outputs()[1])), golden, "grad");
    ++tested;
  }
  EXPECT_EQ(tested, 4);
}

TEST(LayersGolden, ConstraintsAgreeWithKeras) {
  MLTK_NEEDS_GOLDEN_DATA();
  int tested = 0;
  for (const std::string& name : golden_cases("losses")) {
    const GoldenCase golden("losses", name);
    if (!golden.json.contains("constraint")) continue;
    SCOPED_TRACE(name);
    Tensor x = golden.array("x");
    make_constraint(normalize_constraint(Json(golden.json.at("constraint"))))(x);
    expect_close(x, golden, "y");
    ++tested;
  }
  EXPECT_EQ(tested, 5);
}

}  // namespace
}  // namespace mltk::keras
