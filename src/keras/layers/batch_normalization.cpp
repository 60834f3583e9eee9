#include <algorithm>

#include "graph/composition.h"
#include "graph/ops/add.h"
#include "graph/ops/batch_moments.h"
#include "graph/ops/batch_size.h"
#include "graph/ops/div.h"
#include "graph/ops/maximum.h"
#include "graph/ops/mul.h"
#include "graph/ops/rsqrt.h"
#include "graph/ops/sub.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"axis", ArgumentKind::axis, "-1", "axis of the channels"},
    {"momentum", ArgumentKind::number, "0.99", "of the moving averages"},
    {"epsilon", ArgumentKind::number, "0.001", "added to the variance"},
    {"center", ArgumentKind::flag, "true", "add beta"},
    {"scale", ArgumentKind::flag, "true", "multiply by gamma"},
    {"beta_initializer", ArgumentKind::initializer, R"("zeros")", "first values of beta"},
    {"gamma_initializer", ArgumentKind::initializer, R"("ones")", "first values of gamma"},
    {"moving_mean_initializer", ArgumentKind::initializer, R"("zeros")", "first values of the moving mean"},
    {"moving_variance_initializer", ArgumentKind::initializer, R"("ones")", "first values of the moving variance"},
    {"beta_regularizer", ArgumentKind::regularizer, "null", "penalty on beta"},
    {"gamma_regularizer", ArgumentKind::regularizer, "null", "penalty on gamma"},
    {"beta_constraint", ArgumentKind::constraint, "null", "constraint on beta"},
    {"gamma_constraint", ArgumentKind::constraint, "null", "constraint on gamma"},
};

/// The weight as earlier calls of a shared layer have left it in this step.
ValueId latest(const CallContext& context, std::string_view name) {
  const auto variable = context.layer.weight(name);
  const auto updates = context.graph.updates();
  const auto last = std::ranges::find(updates.rbegin(), updates.rend(), variable, &VariableUpdate::variable);
  return last == updates.rend() ? context.weight(name) : last->value;
}

/// moving = moving * momentum + statistic * (1 - momentum), when the step ends.
void update_moving(const CallContext& context, std::string_view name, ValueId statistic) {
  Graph& graph = context.graph;
  const auto momentum = context.layer.get<float>("momentum");
  const ValueId kept = ops::mul(graph, latest(context, name), graph.add_scalar(momentum));
  const ValueId added = ops::mul(graph, statistic, graph.add_scalar(1 - momentum));
  graph.add_update(context.layer.weight(name), ops::add(graph, kept, added));
}

/// n / (n - 1) with n elements per channel: Keras' fused kernel for images keeps the unbiased variance.
ValueId unbiased(const CallContext& context, ValueId variance) {
  Graph& graph = context.graph;
  const auto pixels = static_cast<float>(context.shape().elements() / graph.shape(variance).back());
  const ValueId count = ops::mul(graph, ops::batch_size(graph, context.input()), graph.add_scalar(pixels));
  const ValueId rest = ops::maximum(graph, ops::sub(graph, count, graph.add_scalar(1)), graph.add_scalar(1));
  return ops::mul(graph, variance, ops::div(graph, count, rest));
}

std::int64_t axis_of(const Layer& layer) {
  const Json& given = layer.argument("axis");
  return (given.is_array() ? given[0] : given).get<std::int64_t>();
}

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape> inputs) {
  const Shape& input = inputs[0];
  const std::int64_t axis = resolve_axis(input, axis_of(layer));
  if (axis == 0) fail(ErrorKind::invalid_argument, "axis={} of the input {} is the batch", axis, to_string(input));
  std::vector<WeightDef> weights;
  const Shape channels{input[static_cast<std::size_t>(axis)]};
  if (layer.get<bool>("scale")) weights.push_back({"gamma", channels, "gamma_initializer", "gamma_regularizer"});
  if (layer.get<bool>("center")) weights.push_back({"beta", channels, "beta_initializer", "beta_regularizer"});
  weights.push_back({"moving_mean", channels, "moving_mean_initializer", "", false});
  weights.push_back({"moving_variance", channels, "moving_variance_initializer", "", false});
  return weights;
}

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const std::int64_t axis = axis_of(context.layer);
  const ValueId x = axis_to_end(graph, context.input(), axis);
  ValueId mean = context.weight("moving_mean");
  ValueId variance = context.weight("moving_variance");
  // A frozen layer runs in inference mode, as Keras 2 does it.
  if (context.training && context.layer.trainable()) {
    const auto moments = ops::batch_moments(graph, x);
    mean = moments.mean;
    variance = moments.variance;
    update_moving(context, "moving_mean", mean);
    update_moving(context, "moving_variance", context.shape().rank() == 4 ? unbiased(context, variance) : variance);
  }
  // y = x * multiplier + offset: the form that the converter folds into the layer before.
  const ValueId epsilon = graph.add_scalar(context.layer.get<float>("epsilon"));
  ValueId multiplier = ops::rsqrt(graph, ops::add(graph, variance, epsilon));
  if (context.layer.get<bool>("scale")) multiplier = ops::mul(graph, context.weight("gamma"), multiplier);
  const ValueId shift = ops::mul(graph, mean, multiplier);
  const ValueId beta = context.layer.get<bool>("center") ? context.weight("beta") : graph.add_scalar(0);
  const ValueId offset = ops::sub(graph, beta, shift);
  return axis_from_end(graph, ops::add(graph, ops::mul(graph, x, multiplier), offset), axis);
}

}  // namespace

extern const LayerDef batch_normalization_def;
const LayerDef batch_normalization_def = {
    .class_name = "BatchNormalization", .arguments = kArguments, .weights = weights, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
