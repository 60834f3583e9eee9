#include "graph/ops/depthwise_conv_2d.h"
#include "keras/layers/sequence.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"filters", ArgumentKind::positive, "", "number of output channels"},
    {"kernel_size", ArgumentKind::single, "", "size of the window"},
    {"strides", ArgumentKind::single, "[1]", "steps of the window"},
    {"padding", ArgumentKind::causal_padding, R"("valid")", "as Conv1D; causal: an output depends on no later input"},
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
    {"dilation_rate", ArgumentKind::single, "[1]", "distance of the elements of the window"},
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
  check_rank(inputs[0], 3, "(batch, steps, channels)");
  return separable_weights(layer, inputs[0]);
}

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const Window2d window = row_window_of(context.layer, context.layer.argument("kernel_size"));
  const ValueId x = as_row(graph, causal_padded(context, context.input(), window));
  const ValueId each =
      ops::depthwise_conv_2d(graph, x, row_kernel(graph, context.weight("depthwise_kernel")), {window});
  const ValueId y = ops::conv_2d(graph, each, row_kernel(graph, context.weight("pointwise_kernel")), {});
  return with_bias_and_activation(context, from_row(graph, y));
}

}  // namespace

extern const LayerDef separable_conv1d_def;
const LayerDef separable_conv1d_def = {
    .class_name = "SeparableConv1D", .arguments = kArguments, .weights = weights, .call = call};

}  // namespace mltk::keras
