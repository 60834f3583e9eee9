// Layers against real Keras: outputs, gradients of inputs and weights, and updated moving averages.

#include <gtest/gtest.h>

#include "golden.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_sum.h"
#include "keras/model.h"
#include "passes/differentiate.h"
#include "train/plan.h"

namespace mltk::keras {
namespace {

/// Cases that stay out: what the layer does not support yet, each refused with an error that says so.
bool is_supported(const GoldenCase& golden) {
  const auto& layer = golden.json.at("layer");
  const auto class_name = layer.at("class_name").get<std::string>();
  const auto table = layer_table();
  if (std::ranges::none_of(table, [&](const LayerDef* def) { return def->class_name == class_name; })) return false;
  return golden.json.at("calls") == 1 && !golden.json.at("positional").get<bool>();
}

void run_case(const GoldenCase& golden) {
  const auto& spec = golden.json.at("layer");
  auto layer = std::make_shared<Layer>(spec.at("class_name").get<std::string>(), "layer", Json(spec.at("config")));
  Graph graph;
  std::vector<Shape> shapes;
  std::vector<ValueId> inputs;
  std::vector<Tensor> tensors;
  for (int i = 0; golden.has(fmt::format("input{}", i)); ++i) {
    tensors.push_back(golden.array(fmt::format("input{}", i)));
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
  const ValueId output = layer->call(graph, inputs, training);

  std::vector<ValueId> wrt = inputs;
  for (const auto& variable : layer->weights()) wrt.push_back(graph.add_variable(variable));
  Shape shape = graph.shape(output);
  const ValueId upstream = graph.add_input("upstream", {DType::float32, shape});
  ReduceAttributes all;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) all.axes.push_back(static_cast<std::int64_t>(axis));
  const ValueId loss = ops::reduce_sum(graph, ops::mul(graph, output, upstream), all);
  const auto gradients = differentiate(graph, loss, wrt);
  std::vector<ValueId> outputs = {output};
  for (const ValueId gradient : gradients) {
    if (gradient.valid()) outputs.push_back(gradient);
  }
  graph.set_outputs(outputs);

  tensors.push_back(golden.array("upstream0"));
  const std::int64_t batch = tensors[0].shape()[0];
  std::vector<std::span<const float>> spans;
  for (const Tensor& tensor : tensors) spans.push_back(tensor.as<float>());
  Plan plan(graph, batch);
  ThreadPool pool(2);
  plan.run(spans, batch, {}, pool);

  const auto value = [&](ValueId id) { return Tensor(graph.shape(id).with_batch(batch), plan.value(id)); };
  expect_close(value(output), golden, "output0");
  for (std::size_t i = 0; i < wrt.size(); ++i) {
    const std::string name =
        i < inputs.size() ? fmt::format("grad_input{}", i) : fmt::format("grad_weight{}", i - inputs.size());
    if (golden.has(name) && gradients[i].valid()) expect_close(value(gradients[i]), golden, name);
  }
  for (std::size_t i = 0; i < layer->weights().size(); ++i) {
    const std::string name = fmt::format("new_weight{}", i);
    if (golden.has(name)) expect_close(layer->weights()[i]->value, golden, name);
  }
}

TEST(LayersGolden, AgreeWithKeras) {
  MLTK_NEEDS_GOLDEN_DATA();
  int tested = 0;
  std::vector<std::string> refused;
  for (const std::string& name : golden_cases("layers")) {
    const GoldenCase golden("layers", name);
    if (!is_supported(golden)) continue;
    SCOPED_TRACE(name);
    try {
      run_case(golden);
      ++tested;
    } catch (const Error& error) {
      // Refused before it computed anything, never a wrong number.
      EXPECT_EQ(error.kind(), ErrorKind::unsupported) << error.what();
      refused.push_back(name);
    }
  }
  EXPECT_GE(tested, 80) << "refused: " << fmt::format("{}", fmt::join(refused, " "));
}

}  // namespace
}  // namespace mltk::keras
