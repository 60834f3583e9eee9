#include "graph/ops/conv_2d.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"filters", ArgumentKind::positive, "", "number of output channels"},
    {"kernel_size", ArgumentKind::pair, "", "height and width of the window"},
    {"strides", ArgumentKind::pair, "[1, 1]", "steps of the window"},
    {"padding", ArgumentKind::padding, R"("valid")",
     "valid: inside the image; same: output as large as the input over the strides"},
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
    {"dilation_rate", ArgumentKind::pair, "[1, 1]", "distance of the elements of the window"},
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
  check_rank(input, 4, "(batch, height, width, channels)");
  const auto filters = layer.get<std::int64_t>("filters");
  const auto groups = layer.get<std::int64_t>("groups");
  if (input[3] % groups != 0 || filters % groups != 0) {
    fail(ErrorKind::invalid_argument, "groups={} must divide both the {} input channels and the {} filters", groups,
         input[3], filters);
  }
  const auto& size = layer.argument("kernel_size");
  return kernel_and_bias(layer, {size[0].get<std::int64_t>(), size[1].get<std::int64_t>(), input[3] / groups, filters},
                         filters);
}

ValueId call(const CallContext& context) {
  const Window2d window = window_of(context.layer, context.layer.argument("kernel_size"));
  const ValueId y = ops::conv_2d(context.graph, context.input(), context.weight("kernel"),
                                 {window, context.layer.get<std::int64_t>("groups")});
  return with_bias_and_activation(context, y);
}

}  // namespace

extern const LayerDef conv2d_def;
const LayerDef conv2d_def = {.class_name = "Conv2D", .arguments = kArguments, .weights = weights, .call = call};

}  // namespace mltk::keras
