#include "graph/ops/depthwise_conv_2d.h"
#include "keras/layers/sequence.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"kernel_size", ArgumentKind::single, "", "length of the window"},
    {"strides", ArgumentKind::single, "[1]", "steps of the window"},
    {"padding", ArgumentKind::padding, R"("valid")",
     "valid: inside the sequence; same: output as long as the input over the strides"},
    {"depth_multiplier", ArgumentKind::positive, "1", "output channels of each input channel"},
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
    {"dilation_rate", ArgumentKind::single, "[1]", "distance of the elements of the window"},
    {"activation", ArgumentKind::activation, "null", "applied to the result"},
    {"use_bias", ArgumentKind::flag, "true", "add a bias"},
    {"depthwise_initializer", ArgumentKind::initializer, R"("glorot_uniform")", "first values of the kernel"},
    {"bias_initializer", ArgumentKind::initializer, R"("zeros")", "first values of the bias"},
    {"depthwise_regularizer", ArgumentKind::regularizer, "null", "penalty on the kernel"},
    {"bias_regularizer", ArgumentKind::regularizer, "null", "penalty on the bias"},
    {"activity_regularizer", ArgumentKind::regularizer, "null", "penalty on the output"},
    {"depthwise_constraint", ArgumentKind::constraint, "null", "constraint on the kernel"},
    {"bias_constraint", ArgumentKind::constraint, "null", "constraint on the bias"},
    {"groups", ArgumentKind::positive, "1", "stands in Keras' files, always 1"},
};

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape> inputs) {
  const Shape& input = inputs[0];
  check_rank(input, 3, "(batch, steps, channels)");
  const auto multiplier = layer.get<std::int64_t>("depth_multiplier");
  std::vector<WeightDef> weights = {{"depthwise_kernel",
                                     {layer.argument("kernel_size")[0].get<std::int64_t>(), input[2], multiplier},
                                     "depthwise_initializer",
                                     "depthwise_regularizer"}};
  if (layer.get<bool>("use_bias")) {
    weights.push_back({"bias", {input[2] * multiplier}, "bias_initializer", "bias_regularizer"});
  }
  return weights;
}

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const Window2d window = row_window_of(context.layer, context.layer.argument("kernel_size"));
  const ValueId kernel = row_kernel(graph, context.weight("depthwise_kernel"));
  const ValueId y = ops::depthwise_conv_2d(graph, as_row(graph, context.input()), kernel, {window});
  return with_bias_and_activation(context, from_row(graph, y));
}

}  // namespace

extern const LayerDef depthwise_conv1d_def;
const LayerDef depthwise_conv1d_def = {
    .class_name = "DepthwiseConv1D", .arguments = kArguments, .weights = weights, .call = call};

}  // namespace mltk::keras
