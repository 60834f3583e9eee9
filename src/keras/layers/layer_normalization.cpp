#include <algorithm>

#include "graph/composition.h"
#include "graph/ops/add.h"
#include "graph/ops/mul.h"
#include "graph/ops/reshape.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"axis", ArgumentKind::axes, "-1", "axes of the features"},
    {"epsilon", ArgumentKind::number, "0.001", "added to the variance"},
    {"center", ArgumentKind::flag, "true", "add beta"},
    {"scale", ArgumentKind::flag, "true", "multiply by gamma"},
    {"beta_initializer", ArgumentKind::initializer, R"("zeros")", "first values of the beta"},
    {"gamma_initializer", ArgumentKind::initializer, R"("ones")", "first values of the gamma"},
    {"beta_regularizer", ArgumentKind::regularizer, "null", "penalty on the beta"},
    {"gamma_regularizer", ArgumentKind::regularizer, "null", "penalty on the gamma"},
    {"beta_constraint", ArgumentKind::constraint, "null", "constraint on the beta"},
    {"gamma_constraint", ArgumentKind::constraint, "null", "constraint on the gamma"},
};

/// The axes of the features in rising order.
std::vector<std::int64_t> feature_axes(const Layer& layer, const Shape& input) {
  const Json& given = layer.argument("axis");
  std::vector<std::int64_t> axes;
  for (const Json& axis : given.is_array() ? given : Json::array({given})) {
    axes.push_back(resolve_axis(input, axis.get<std::int64_t>()));
    if (axes.back() == 0) fail(ErrorKind::invalid_argument, "axis={} contains the batch", given.dump());
  }
  std::ranges::sort(axes);
  return axes;
}

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape> inputs) {
  std::vector<std::int64_t> dims;
  for (const std::int64_t axis : feature_axes(layer, inputs[0])) {
    dims.push_back(inputs[0][static_cast<std::size_t>(axis)]);
  }
  std::vector<WeightDef> weights;
  if (layer.get<bool>("scale")) weights.push_back({"gamma", Shape(dims), "gamma_initializer", "gamma_regularizer"});
  if (layer.get<bool>("center")) weights.push_back({"beta", Shape(dims), "beta_initializer", "beta_regularizer"});
  return weights;
}

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const std::vector<std::int64_t> axes = feature_axes(context.layer, context.shape());
  // A weight beside the axes of the input: size 1 where it is the same.
  Shape beside(std::vector<std::int64_t>(context.shape().rank(), 1));
  for (const std::int64_t axis : axes) {
    beside[static_cast<std::size_t>(axis)] = context.shape()[static_cast<std::size_t>(axis)];
  }
  ValueId y = standardize(graph, context.input(), axes, context.layer.get<float>("epsilon"));
  if (context.layer.get<bool>("scale")) y = ops::mul(graph, y, ops::reshape(graph, context.weight("gamma"), beside));
  if (context.layer.get<bool>("center")) y = ops::add(graph, y, ops::reshape(graph, context.weight("beta"), beside));
  return y;
}

}  // namespace

extern const LayerDef layer_normalization_def;
const LayerDef layer_normalization_def = {
    .class_name = "LayerNormalization", .arguments = kArguments, .weights = weights, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
