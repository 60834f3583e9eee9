#include "graph/ops/conv_2d.h"
#include "keras/layers/sequence.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"filters", ArgumentKind::positive, "", "number of output channels"},
    {"kernel_size", ArgumentKind::single, "", "length of the window"},
    {"strides", ArgumentKind::single, "[1]", "steps of the window"},
    {"padding", ArgumentKind::causal_padding, R"("valid")", "as Conv1D; causal: an output depends on no later input"},
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
    {"dilation_rate", ArgumentKind::single, "[1]", "distance of the elements of the window"},
    {"groups", ArgumentKind::positive, "1", "groups of channels that do not mix"},
    {"activation", ArgumentKind::activation, "null", "applied to the result"},
    {"use_bias", ArgumentKind::flag, "true", "add a bias"},
    {"kernel_initializer", ArgumentKind::initializer, R"("glorot_uniform")", "first values of the kernel"},
    {"bias_initializer", ArgumentKind::initializer, R"("zeros")", "first values of the bias"},
    {"kernel_regularizer", ArgumentKind::regularizer, "null", "penalty on the kernel"},
    {"bias_regularizer", ArgumentKind::regularizer, "null", "penalty on the bias"},
    {"activity_regularizer", ArgumentKind::regularizer, "null", "penalty on the output"},
    {"kernel_constraint", ArgumentKind::constraint, "null", "constraint on the kernel"},
    {"bias_constraint", ArgumentKind::constraint, "null", "constraint on the bias"},
};

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape> inputs) {
  const Shape& input = inputs[0];
  check_rank(input, 3, "(batch, steps, channels)");
  const auto filters = layer.get<std::int64_t>("filters");
  const auto groups = layer.get<std::int64_t>("groups");
  if (input[2] % groups != 0 || filters % groups != 0) {
    fail(ErrorKind::invalid_argument, "groups={} must divide both the {} input channels and the {} filters", groups,
         input[2], filters);
  }
  return kernel_and_bias(layer, {layer.argument("kernel_size")[0].get<std::int64_t>(), input[2] / groups, filters},
                         filters);
}

// A picture one row high, as TensorFlow does it.
ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const Window2d window = row_window_of(context.layer, context.layer.argument("kernel_size"));
  const ValueId x = as_row(graph, causal_padded(context, context.input(), window));
  const ValueId kernel = row_kernel(graph, context.weight("kernel"));
  const ValueId y = ops::conv_2d(graph, x, kernel, {window, context.layer.get<std::int64_t>("groups")});
  return with_bias_and_activation(context, from_row(graph, y));
}

}  // namespace

extern const LayerDef conv1d_def;
const LayerDef conv1d_def = {.class_name = "Conv1D", .arguments = kArguments, .weights = weights, .call = call};

}  // namespace mltk::keras
