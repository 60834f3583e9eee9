// Losses against real Keras: values and gradients, with and without sample weights.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "golden.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_sum.h"
#include "passes/differentiate.h"
#include "train/loss.h"
#include "train/run_graph.h"

namespace mltk {
namespace {

const LossDef* loss_of(const GoldenCase& golden) {
  if (!golden.json.contains("loss") || golden.json.at("full_config").value("reduction", "auto") != "auto")
    return nullptr;
  for (const LossDef* def : loss_table()) {
    if (def->class_name == golden.json.at("loss").at("class_name").get<std::string>()) return def;
  }
  return nullptr;
}

/// False when the case has an argument that the loss refuses, or a weight for each element of a sample.
bool read_arguments(const GoldenCase& golden, const LossDef& def, LossArguments& arguments) {
  for (const auto& [name, value] : golden.json.at("loss").at("config").items()) {
    if (std::ranges::find(def.arguments, name) == def.arguments.end()) return false;
    arguments[name] = value.is_boolean() ? static_cast<double>(value.get<bool>()) : value.get<double>();
  }
  if (golden.has("sample_weight")) return golden.array("sample_weight").shape().rank() == 1;
  return true;
}

void check(const GoldenCase& golden, const LossDef& def, const LossArguments& arguments) {
  const Tensor labels = golden.array("y_true").cast(DType::float32);
  const Tensor predictions = golden.array("y_pred");
  const std::int64_t batch = predictions.shape()[0];
  const auto batched = [](Shape shape) {
    shape[0] = kBatch;
    return shape;
  };
  Graph graph;
  const ValueId y_true = graph.add_input("y_true", {DType::float32, batched(labels.shape())});
  const ValueId y_pred = graph.add_input("y_pred", {DType::float32, batched(predictions.shape())});
  const ValueId weight = graph.add_input("weight", {DType::float32, {kBatch}});
  const ValueId each = ops::mul(graph, def.build(graph, {y_true, y_pred, &arguments}), weight);
  const ValueId total = ops::reduce_sum(graph, each, {.axes = {0}});
  const std::vector<ValueId> gradients = differentiate(graph, total, std::vector{y_pred});
  graph.set_outputs({total, gradients[0]});

  // Keras divides the sum by the number of samples, whatever their weights.
  std::vector<float> weights(static_cast<std::size_t>(batch), 1.0F / static_cast<float>(batch));
  if (golden.has("sample_weight")) {
    const Tensor given = golden.array("sample_weight").cast(DType::float32);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] *= given.as<float>()[i];
  }
  const auto values = [](const Tensor& tensor) {
    return std::vector<float>(tensor.as<float>().begin(), tensor.as<float>().end());
  };
  const auto outputs = run_graph(graph, {values(labels), values(predictions), weights}, batch);
  expect_close(Tensor(Shape{}, std::span<const float>(outputs[0])), golden, "value");
  expect_close(Tensor(predictions.shape(), std::span<const float>(outputs[1])), golden, "grad");
}

TEST(LossGolden, AgreesWithKeras) {
  MLTK_NEEDS_GOLDEN_DATA();
  std::vector<std::string> tested;
  for (const std::string& name : golden_cases("losses")) {
    const GoldenCase golden("losses", name);
    const LossDef* def = loss_of(golden);
    LossArguments arguments;
    if (def == nullptr || !read_arguments(golden, *def, arguments)) continue;
    SCOPED_TRACE(name);
    try {
      check(golden, *def, arguments);
      tested.push_back(name);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::unsupported) << error.what();
    }
  }
  EXPECT_GE(tested.size(), 20) << fmt::format("{}", fmt::join(tested, " "));
}

}  // namespace
}  // namespace mltk
