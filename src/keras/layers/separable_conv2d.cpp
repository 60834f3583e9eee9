#include "graph/ops/depthwise_conv_2d.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"filters", ArgumentKind::positive, "", "number of output channels"},
    {"kernel_size", ArgumentKind::pair, "", "size of the window"},
    {"strides", ArgumentKind::pair, "[1, 1]", "steps of the window"},
    {"padding", ArgumentKind::padding, R"("valid")",
     "valid: inside the image; same: output as large as the input over the strides"},
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
    {"dilation_rate", ArgumentKind::pair, "[1, 1]", "distance of the elements of the window"},
    {"depth_multiplier", ArgumentKind::positive, "1", "channels that the first step makes of each"},
    {"activation", ArgumentKind::activation, "null", "applied to the result"},
    {"use_bias", ArgumentKind::flag, "true", "add a bias"},
    {"depthwise_initializer", ArgumentKind::initializer, R"("glorot_uniform")",
     "first values of the kernel of each channel"},
    {"pointwise_initializer", ArgumentKind::initializer, R"("glorot_uniform")",
     "first values of the kernel that mixes channels"},
    {"bias_initializer", ArgumentKind::initializer, R"("zeros")", "first values of the bias"},
    {"depthwise_regularizer", ArgumentKind::regularizer, "null", "penalty on the kernel of each channel"},
    {"pointwise_regularizer", ArgumentKind::regularizer, "null", "penalty on the kernel that mixes channels"},
    {"bias_regularizer", ArgumentKind::regularizer, "null", "penalty on the bias"},
    {"activity_regularizer", ArgumentKind::regularizer, "null", "penalty on the output"},
    {"depthwise_constraint", ArgumentKind::constraint, "null", "constraint on the kernel of each channel"},
    {"pointwise_constraint", ArgumentKind::constraint, "null", "constraint on the kernel that mixes channels"},
    {"bias_constraint", ArgumentKind::constraint, "null", "constraint on the bias"},
    {"groups", ArgumentKind::positive, "1", "stands in Keras' files, always 1"},
    {"kernel_initializer", ArgumentKind::initializer, R"("glorot_uniform")", "stands in Keras' files, without effect"},
    {"kernel_regularizer", ArgumentKind::regularizer, "null", "stands in Keras' files, without effect"},
    {"kernel_constraint", ArgumentKind::constraint, "null", "stands in Keras' files, without effect"},
};

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape> inputs) {
  check_rank(inputs[0], 4, "(batch, height, width, channels)");
  return separable_weights(layer, inputs[0]);
}

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const Window2d window = window_of(context.layer, context.layer.argument("kernel_size"));
  const ValueId each = ops::depthwise_conv_2d(graph, context.input(), context.weight("depthwise_kernel"), {window});
  return with_bias_and_activation(context, ops::conv_2d(graph, each, context.weight("pointwise_kernel"), {}));
}

}  // namespace

extern const LayerDef separable_conv2d_def;
const LayerDef separable_conv2d_def = {
    .class_name = "SeparableConv2D", .arguments = kArguments, .weights = weights, .call = call};

}  // namespace mltk::keras
