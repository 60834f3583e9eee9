#include "graph/ops/add.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/reshape.h"
#include "graph/ops/tanh.h"
#include "keras/layers/attend.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"use_scale", ArgumentKind::flag, "true", "learn a factor of each feature"},
    {"dropout", ArgumentKind::rate, "0.0", "share of attention weights that become 0"},
};

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape> inputs) {
  if (!layer.get<bool>("use_scale")) return {};
  return {{"scale", {inputs[0].back()}, "GlorotUniform", ""}};
}

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  check_attention_inputs(context);
  const Shape query = graph.shape(context.inputs[0]);
  const Shape key = graph.shape(context.inputs.back());
  const ValueId rows = ops::reshape(graph, context.inputs[0], {kBatch, query[1], 1, query[2]});
  const ValueId columns = ops::reshape(graph, context.inputs.back(), {kBatch, 1, key[1], key[2]});
  ValueId features = ops::tanh(graph, ops::add(graph, rows, columns));
  if (context.layer.get<bool>("use_scale")) features = ops::mul(graph, features, context.weight("scale"));
  return attend(context, ops::reduce_sum(graph, features, {.axes = {3}}));
}

}  // namespace

extern const LayerDef additive_attention_def;
const LayerDef additive_attention_def = {.class_name = "AdditiveAttention",
                                         .arguments = kArguments,
                                         .most_inputs = 3,
                                         .weights = weights,
                                         .call = call,
                                         .mask = mask_of_query};

}  // namespace mltk::keras
