#include "keras/layers/sequence.h"
#include "keras/layers/transposed.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"filters", ArgumentKind::positive, "", "number of output channels"},
    {"kernel_size", ArgumentKind::single, "", "size of the window"},
    {"strides", ArgumentKind::single, "[1]", "how many times larger the output is"},
    {"padding", ArgumentKind::padding, R"("valid")",
     "valid: inside the image; same: output as large as the input over the strides"},
    {"output_padding", ArgumentKind::optional_size, "null", "added to the output's size"},
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
    {"dilation_rate", ArgumentKind::single, "[1]", "distance of the elements of the window"},
    {"activation", ArgumentKind::activation, "null", "applied to the result"},
    {"use_bias", ArgumentKind::flag, "true", "add a bias"},
    {"kernel_initializer", ArgumentKind::initializer, R"("glorot_uniform")", "first values of the kernel"},
    {"bias_initializer", ArgumentKind::initializer, R"("zeros")", "first values of the bias"},
    {"kernel_regularizer", ArgumentKind::regularizer, "null", "penalty on the kernel"},
    {"bias_regularizer", ArgumentKind::regularizer, "null", "penalty on the bias"},
    {"activity_regularizer", ArgumentKind::regularizer, "null", "penalty on the output"},
    {"kernel_constraint", ArgumentKind::constraint, "null", "constraint on the kernel"},
    {"bias_constraint", ArgumentKind::constraint, "null", "constraint on the bias"},
    {"groups", ArgumentKind::positive, "1", "stands in Keras' files, always 1"},
};

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape> inputs) {
  const Shape& input = inputs[0];
  check_rank(input, 3, "(batch, steps, channels)");
  const auto filters = layer.get<std::int64_t>("filters");
  const auto& size = layer.argument("kernel_size");
  return kernel_and_bias(layer, {size[0].get<std::int64_t>(), filters, input.back()}, filters);
}

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const Window2d window = row_window_of(context.layer, context.layer.argument("kernel_size"));
  const Json& extra = context.layer.argument("output_padding");
  const std::int64_t width =
      transposed_size(context.shape()[1], window.kernel_width, window.stride_width, window.dilation_width, window.same,
                      extra.is_null() ? -1 : extra[0].get<std::int64_t>());
  const ValueId y = transposed_conv(context, as_row(graph, context.input()),
                                    row_kernel(graph, context.weight("kernel")), window, 1, width);
  return with_bias_and_activation(context, from_row(graph, y));
}

}  // namespace

extern const LayerDef conv1d_transpose_def;
const LayerDef conv1d_transpose_def = {
    .class_name = "Conv1DTranspose", .arguments = kArguments, .weights = weights, .call = call};

}  // namespace mltk::keras
