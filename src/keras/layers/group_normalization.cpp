#include "graph/composition.h"
#include "graph/ops/add.h"
#include "graph/ops/mul.h"
#include "graph/ops/reshape.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"groups", ArgumentKind::positive, "32", "groups of channels that are normalized together"},
    {"axis", ArgumentKind::axis, "-1", "axis of the channels"},
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

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape> inputs) {
  const Shape& input = inputs[0];
  const auto groups = layer.get<std::int64_t>("groups");
  if (resolve_axis(input, layer.get<std::int64_t>("axis")) + 1 != static_cast<std::int64_t>(input.rank())) {
    fail(ErrorKind::unsupported, "axis={} of the input {} is not supported, only the last axis",
         layer.get<std::int64_t>("axis"), to_string(input));
  }
  if (input.rank() < 2 || input.back() % groups != 0) {
    fail(ErrorKind::invalid_argument, "groups={} must divide the channels of the input {}", groups, to_string(input));
  }
  std::vector<WeightDef> weights;
  const Shape channels{input.back()};
  if (layer.get<bool>("scale")) weights.push_back({"gamma", channels, "gamma_initializer", "gamma_regularizer"});
  if (layer.get<bool>("center")) weights.push_back({"beta", channels, "beta_initializer", "beta_regularizer"});
  return weights;
}

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const Shape shape = context.shape();
  const auto groups = context.layer.get<std::int64_t>("groups");
  const Shape grouped{kBatch, shape.elements() / shape.back(), groups, shape.back() / groups};
  ValueId y = ops::reshape(graph, context.input(), grouped);
  y = ops::reshape(graph, standardize(graph, y, {1, 3}, context.layer.get<float>("epsilon")), shape);
  if (context.layer.get<bool>("scale")) y = ops::mul(graph, y, context.weight("gamma"));
  if (context.layer.get<bool>("center")) y = ops::add(graph, y, context.weight("beta"));
  return y;
}

}  // namespace

extern const LayerDef group_normalization_def;
const LayerDef group_normalization_def = {
    .class_name = "GroupNormalization", .arguments = kArguments, .weights = weights, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
