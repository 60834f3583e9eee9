#include "spec/network_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "reference_models.h"
#include "tflite/ops/fully_connected.h"
#include "tflite/reader.h"

namespace mltk {
namespace {

TEST(DescribeNetwork, HasEveryOperatorOfTheReferenceModels) {
  const auto models = test::reference_models();
  MLTK_REQUIRE_MODELS(models);
  for (const auto& entry : models) {
    const tflite::Model model = tflite::read_model(read_file(test::model_path(entry)));
    const Network network = describe_network(model, entry.at("name"));
    EXPECT_EQ(network.nodes.size(), model.subgraphs[0].operators.size());
    for (const NetworkNode& node : network.nodes) EXPECT_FALSE(node.outputs.empty()) << node.title;
    EXPECT_FALSE(network_page(network).empty());
  }
}

TEST(DescribeNetwork, TellsOptionsConstantsAndScales) {
  tflite::Model model;
  tflite::Subgraph& main = model.subgraphs.emplace_back();
  model.buffers.push_back({1, 255});
  main.tensors = {{.name = "in", .type = tflite::TensorType::int8, .shape = {1, 2}},
                  {.name = "w", .type = tflite::TensorType::int8, .shape = {1, 2}, .buffer = 1},
                  {.name = "out", .type = tflite::TensorType::int8, .shape = {1, 1}}};
  main.tensors[0].quantization = {.scale = {0.5F}, .zero_point = {-3}};
  main.inputs = {0};
  main.outputs = {2};
  main.operators = {{.code = tflite::BuiltinOperator::fully_connected, .inputs = {0, 1, -1}, .outputs = {2}}};
  main.operators[0].options = tflite::FullyConnectedOptions{.activation = tflite::Activation::relu6};
  const Network network = describe_network(model, "tiny");
  ASSERT_EQ(network.nodes.size(), 1U);
  EXPECT_EQ(network.tensors[0].quantization, "0.5 * (q + 3)");
  EXPECT_EQ(network.tensors[0].type, "int8 1x2");
  ASSERT_EQ(network.nodes[0].weights.size(), 1U);
  EXPECT_EQ(network.nodes[0].weights[0].role, "filter");
  EXPECT_EQ(network.nodes[0].weights[0].values, (std::vector<double>{1, -1}));
  EXPECT_THAT(network.nodes[0].attributes,
              testing::Contains(std::pair<std::string, std::string>("activation", "relu6")));
  EXPECT_EQ(network.nodes[0].inputs, (std::vector<std::size_t>{0}));
}

}  // namespace
}  // namespace mltk
