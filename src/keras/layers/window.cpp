#include "keras/layers/window.h"

#include "graph/ops/add.h"
#include "keras/activation.h"

namespace mltk::keras {

void check_rank(const Shape& input, std::size_t rank, std::string_view axes) {
  if (input.rank() != rank) {
    fail(ErrorKind::invalid_argument, "the input {} has {} axes, expected {}: {}", to_string(input), input.rank(), rank,
         axes);
  }
}

Window2d window_of(const Layer& layer, const Json& size) {
  const Json& strides = layer.argument("strides");
  const Json config = layer.config();
  const Json dilation = config.contains("dilation_rate") ? config.at("dilation_rate") : Json::array({1, 1});
  return {
      .kernel_height = size[0],
      .kernel_width = size[1],
      .stride_height = strides[0],
      .stride_width = strides[1],
      .dilation_height = dilation[0],
      .dilation_width = dilation[1],
      .same = layer.argument("padding") == "same",
  };
}

std::vector<WeightDef> kernel_and_bias(const Layer& layer, Shape shape, std::int64_t units) {
  std::vector<WeightDef> weights = {{"kernel", shape, "kernel_initializer", "kernel_regularizer"}};
  if (layer.get<bool>("use_bias")) weights.push_back({"bias", {units}, "bias_initializer", "bias_regularizer"});
  return weights;
}

std::vector<WeightDef> separable_weights(const Layer& layer, const Shape& input) {
  const auto filters = layer.get<std::int64_t>("filters");
  const auto multiplier = layer.get<std::int64_t>("depth_multiplier");
  auto sizes = layer.argument("kernel_size").get<std::vector<std::int64_t>>();
  std::vector<std::int64_t> ones(sizes.size(), 1);
  sizes.insert(sizes.end(), {input.back(), multiplier});
  ones.insert(ones.end(), {input.back() * multiplier, filters});
  std::vector<WeightDef> weights = {
      {"depthwise_kernel", Shape(std::move(sizes)), "depthwise_initializer", "depthwise_regularizer"},
      {"pointwise_kernel", Shape(std::move(ones)), "pointwise_initializer", "pointwise_regularizer"}};
  if (layer.get<bool>("use_bias")) weights.push_back({"bias", {filters}, "bias_initializer", "bias_regularizer"});
  return weights;
}

ValueId with_bias_and_activation(const CallContext& context, ValueId y) {
  if (context.layer.get<bool>("use_bias")) y = ops::add(context.graph, y, context.weight("bias"));
  return find_activation(context.layer.get<std::string>("activation")).build(context.graph, y);
}

}  // namespace mltk::keras
