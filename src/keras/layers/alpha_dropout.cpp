#include <cmath>

#include "graph/ops/add.h"
#include "graph/ops/mul.h"
#include "graph/ops/sub.h"
#include "keras/layers/noise.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"rate", ArgumentKind::rate, "", "share of values that become 0"},
    {"noise_shape", ArgumentKind::unsupported, "null", "shape of the mask"},
    {"seed", ArgumentKind::json, "null", "taken from the seed of the run"},
};

// Klambauer et al. 2017: dropped values become the limit of SELU, then mean and variance are restored.
ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const auto rate = context.layer.get<float>("rate");
  if (!context.training || rate == 0) return context.input();
  constexpr float kLimit = -1.7580993408473766F;
  const float a = 1 / std::sqrt((1 - rate) * (1 + rate * kLimit * kLimit));
  const ValueId kept = ops::mul(graph, mask_of(context, rate, context.shape()), graph.add_scalar(1 - rate));
  const ValueId dropped = ops::mul(graph, ops::sub(graph, graph.add_scalar(1), kept), graph.add_scalar(kLimit));
  const ValueId x = ops::add(graph, ops::mul(graph, context.input(), kept), dropped);
  return ops::add(graph, ops::mul(graph, x, graph.add_scalar(a)), graph.add_scalar(-a * kLimit * rate));
}

}  // namespace

extern const LayerDef alpha_dropout_def;
const LayerDef alpha_dropout_def = {
    .class_name = "AlphaDropout", .arguments = kArguments, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
