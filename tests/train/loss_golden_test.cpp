// Losses against real Keras: values and gradients, with and without sample weights.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "golden.h"
#include "graph/composition.h"
#include "graph/ops/reduce_sum.h"
#include "passes/differentiate.h"
#include "train/loss.h"
#include "train/run_graph.h"

namespace mltk {
namespace {

Shape batched(Shape shape) {
  shape[0] = kBatch;
  return shape;
}

std::vector<float> values_of(const Tensor& tensor) { return {tensor.as<float>().begin(), tensor.as<float>().end()}; }

void check(const GoldenCase& golden) {
  LossArguments arguments = golden.json.at("loss").at("config");
  const std::string reduction = arguments.value("reduction", "auto");
  arguments.erase("reduction");
  const LossDef& def = find_loss(golden.json.at("loss").at("class_name").get<std::string>());
  check_arguments(def.name, arguments, def.arguments);

  const Tensor labels = golden.array("y_true").cast(DType::float32);
  const Tensor predictions = golden.array("y_pred");
  const std::int64_t batch = predictions.shape()[0];
  std::vector<std::vector<float>> inputs = {values_of(labels), values_of(predictions)};
  Graph graph;
  const ValueId y_true = graph.add_input("y_true", {DType::float32, batched(labels.shape())});
  const ValueId y_pred = graph.add_input("y_pred", {DType::float32, batched(predictions.shape())});
  ValueId losses = def.build(graph, {y_true, y_pred, &arguments});
  if (golden.has("sample_weight")) {
    const Tensor weight = golden.array("sample_weight");
    losses = apply_weights(graph, losses, graph.add_input("weight", {DType::float32, batched(weight.shape())}));
    inputs.push_back(values_of(weight));
  }
  const ValueId value = reduction == "none" ? losses : reduce_losses(graph, losses, find_reduction(reduction));
  const ValueId total =
      reduction == "none" ? ops::reduce_sum(graph, losses, {.axes = axes_from(graph.shape(losses), 0)}) : value;
  const std::vector<ValueId> gradients = differentiate(graph, total, std::vector{y_pred});
  graph.set_outputs({value, gradients[0]});

  const auto outputs = run_graph(graph, inputs, batch);
  const Tensor expected = golden.array("value");
  ASSERT_EQ(outputs[0].size(), expected.as<float>().size());
  expect_close(Tensor(expected.shape(), std::span<const float>(outputs[0])), golden, "value");
  expect_close(Tensor(predictions.shape(), std::span<const float>(outputs[1])), golden, "grad");
}

TEST(LossGolden, AgreesWithKeras) {
  MLTK_NEEDS_GOLDEN_DATA();
  int tested = 0;
  for (const std::string& name : golden_cases("losses")) {
    const GoldenCase golden("losses", name);
    if (!golden.json.contains("loss")) continue;  // regularizers and constraints: tests/keras
    SCOPED_TRACE(name);
    check(golden);
    ++tested;
  }
  EXPECT_GE(tested, 80);
}

TEST(Losses, RefuseWhatTheyDoNotKnow) {
  EXPECT_THROW(find_loss("mean_cubed_error"), Error);
  EXPECT_THROW(find_reduction("median"), Error);
  EXPECT_THROW(check_arguments("huber", {{"from_logits", true}}, find_loss("huber").arguments), Error);
}

}  // namespace
}  // namespace mltk
