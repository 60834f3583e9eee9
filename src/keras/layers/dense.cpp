#include "graph/ops/matmul.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"units", ArgumentKind::positive, "", "number of outputs"},
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
  if (input.rank() < 2) fail(ErrorKind::invalid_argument, "the input {} has no axis of features", to_string(input));
  const auto units = layer.get<std::int64_t>("units");
  return kernel_and_bias(layer, {input.back(), units}, units);
}

ValueId call(const CallContext& context) {
  return with_bias_and_activation(context, ops::matmul(context.graph, context.input(), context.weight("kernel")));
}

}  // namespace

extern const LayerDef dense_def;
const LayerDef dense_def = {
    .class_name = "Dense", .arguments = kArguments, .weights = weights, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
