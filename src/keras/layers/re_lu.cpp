#include "graph/ops/add.h"
#include "graph/ops/greater.h"
#include "graph/ops/leaky_relu.h"
#include "graph/ops/minimum.h"
#include "graph/ops/mul.h"
#include "graph/ops/relu.h"
#include "graph/ops/relu6.h"
#include "graph/ops/sub.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"max_value", ArgumentKind::json, "null", "upper limit, or None"},
    {"negative_slope", ArgumentKind::number, "0.0", "slope below the threshold"},
    {"threshold", ArgumentKind::number, "0.0", "values below give 0"},
};

/// x between threshold and max_value, slope * (x - threshold) below.
ValueId general(const CallContext& context) {
  Graph& graph = context.graph;
  const ValueId x = context.input();
  const Json& most = context.layer.argument("max_value");
  const ValueId threshold = graph.add_scalar(context.layer.get<float>("threshold"));
  const ValueId above = ops::greater(graph, x, threshold);
  ValueId y = ops::mul(graph, x, above);
  if (!most.is_null()) y = ops::minimum(graph, y, graph.add_scalar(most.get<float>()));
  const auto slope = context.layer.get<float>("negative_slope");
  if (slope == 0) return y;
  const ValueId below = ops::minimum(graph, ops::sub(graph, x, threshold), graph.add_scalar(0));
  return ops::add(graph, y, ops::mul(graph, below, graph.add_scalar(slope)));
}

ValueId call(const CallContext& context) {
  const Json& most = context.layer.argument("max_value");
  const auto slope = context.layer.get<float>("negative_slope");
  const bool plain = context.layer.get<double>("threshold") == 0;
  if (!plain || (!most.is_null() && (most != 6.0 || slope != 0))) return general(context);
  if (!most.is_null()) return ops::relu6(context.graph, context.input());
  if (slope != 0) return ops::leaky_relu(context.graph, context.input(), {slope});
  return ops::relu(context.graph, context.input());
}

}  // namespace

extern const LayerDef re_lu_def;
const LayerDef re_lu_def = {.class_name = "ReLU", .arguments = kArguments, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
