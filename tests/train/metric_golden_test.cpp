// Metrics against real Keras: the result after each of several batches.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "golden.h"
#include "train/metrics/mean.h"
#include "train/run_graph.h"

namespace mltk {
namespace {

/// The type of one batch of an array [updates, batch, ...].
ValueType batch_type(const Tensor& array) {
  std::vector<std::int64_t> dims(array.shape().begin() + 1, array.shape().end());
  dims[0] = kBatch;
  return {DType::float32, Shape(dims)};
}

std::vector<float> update_of(const Tensor& array, std::int64_t update) {
  const auto size = array.as<float>().size() / static_cast<std::size_t>(array.shape()[0]);
  const auto values = array.as<float>().subspan(static_cast<std::size_t>(update) * size, size);
  return {values.begin(), values.end()};
}

void check(const GoldenCase& golden) {
  const auto class_name = golden.json.at("metric").at("class_name").get<std::string>();
  const LossArguments arguments = golden.json.at("metric").at("config");
  std::vector<Tensor> arrays = {golden.array("y_true"), golden.array("y_pred")};
  Graph graph;
  LossInputs inputs{graph.add_input("y_true", batch_type(arrays[0])), graph.add_input("y_pred", batch_type(arrays[1])),
                    &arguments};
  if (golden.has("sample_weight")) {
    arrays.push_back(golden.array("sample_weight"));
    inputs.weights = graph.add_input("weight", batch_type(arrays[2]));
  }
  const MetricDef* def = find_metric(class_name, graph.shape(inputs.labels), graph.shape(inputs.predictions));
  check_arguments(class_name, arguments, def != nullptr ? def->arguments : find_loss(class_name).arguments);
  graph.set_outputs(def != nullptr ? def->build(graph, inputs)
                                   : mean_sums(graph, find_loss(class_name).build(graph, inputs), inputs.weights));

  std::vector<std::vector<double>> sums;
  std::vector<float> results;
  for (std::int64_t update = 0; update < arrays[0].shape()[0]; ++update) {
    std::vector<std::vector<float>> values;
    for (const Tensor& array : arrays) values.push_back(update_of(array, update));
    const auto outputs = run_graph(graph, values, arrays[0].shape()[1]);
    sums.resize(outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      sums[i].resize(outputs[i].size());
      for (std::size_t e = 0; e < outputs[i].size(); ++e) sums[i][e] += outputs[i][e];
    }
    for (const double value : def != nullptr ? def->result(sums, arguments) : mean_result(sums, arguments)) {
      results.push_back(static_cast<float>(value));
    }
  }
  const Tensor expected = golden.array("result");
  ASSERT_EQ(results.size(), expected.as<float>().size());
  expect_close(Tensor(expected.shape(), std::span<const float>(results)), golden, "result");
}

TEST(MetricGolden, AgreesWithKeras) {
  MLTK_NEEDS_GOLDEN_DATA();
  int tested = 0;
  for (const std::string& name : golden_cases("metrics")) {
    SCOPED_TRACE(name);
    check(GoldenCase("metrics", name));
    ++tested;
  }
  EXPECT_GE(tested, 64);
}

}  // namespace
}  // namespace mltk
