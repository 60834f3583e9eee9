#include "report/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace mltk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Network small_network() {
  Network network;
  network.name = "<net>";
  network.facts = {{"Description", "</script>"}};
  network.tensors = {{"in", "int8 1x4", "0.5 * q"}, {"out", "int8 1x2", ""}};
  NetworkNode node;
  node.title = "FULLY_CONNECTED";
  node.family = family_of(node.title);
  node.attributes = {{"fused_activation", "relu"}};
  NetworkWeight weight{
      .role = "filter", .tensor = {"w", "int8 2x4", ""}, .shape = "2x4", .histogram = {}, .values = {}};
  describe_values(weight, {-1, 0, 3});
  node.weights = {weight};
  node.inputs = {0};
  node.outputs = {1};
  network.nodes = {node};
  network.inputs = {0};
  network.outputs = {1};
  return network;
}

TEST(NetworkPage, ShowsNodesEdgesAndEnds) {
  const std::string page = network_page(small_network());
  for (const char* text :
       {"FULLY_CONNECTED", "filter (2x4)", ">relu<", ">Input<", ">Output<", "int8 1x4", "node matrix"}) {
    EXPECT_THAT(page, HasSubstr(text));
  }
}

TEST(NetworkPage, LoadsNothingAndKeepsMarkupInTextAsText) {
  const std::string page = network_page(small_network());
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("<net>")));
  EXPECT_THAT(page, HasSubstr("\\u003c/script>"));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_EQ(page, network_page(small_network()));
}

TEST(NetworkPage, NamesATensorThatIsNotThere) {
  Network network = small_network();
  network.nodes[0].inputs = {7};
  EXPECT_THROW(network_page(network), Error);
}

TEST(DescribeValues, KnowsRangeMeanAndHistogram) {
  NetworkWeight weight;
  describe_values(weight, {0, 0, 0, 32});
  EXPECT_EQ(weight.least, 0);
  EXPECT_EQ(weight.most, 32);
  EXPECT_EQ(weight.mean, 8);
  EXPECT_EQ(weight.histogram.front(), 3);
  EXPECT_EQ(weight.histogram.back(), 1);
  EXPECT_THAT(weight.values, ElementsAre(0, 0, 0, 32));
  NetworkWeight nothing;
  describe_values(nothing, {0, std::numeric_limits<double>::quiet_NaN()});
  EXPECT_TRUE(nothing.histogram.empty());
}

TEST(Family, IsTheSameForBothNamesOfAnOperator) {
  for (const auto& [keras, tflite] :
       {std::pair("DepthwiseConv2D", "DEPTHWISE_CONV_2D"), std::pair("Dense", "FULLY_CONNECTED"),
        std::pair("AveragePooling2D", "AVERAGE_POOL_2D"), std::pair("Softmax", "SOFTMAX"),
        std::pair("Reshape", "RESHAPE"), std::pair("Lambda", "ADD")}) {
    EXPECT_EQ(family_of(keras), family_of(tflite)) << keras;
  }
}

}  // namespace
}  // namespace mltk
