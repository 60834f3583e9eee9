#include <cmath>

#include "graph/ops/mul.h"
#include "graph/ops/random_normal.h"
#include "keras/layers/noise.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"rate", ArgumentKind::rate, "", "as Dropout's, for the same variance"},
    {"seed", ArgumentKind::json, "null", "taken from the seed of the run"},
};

// Srivastava et al. 2014, section 10.
ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const auto rate = context.layer.get<float>("rate");
  if (!context.training || rate == 0) return context.input();
  const ValueId factor = ops::random_normal(
      graph, context.input(), {1, std::sqrt(rate / (1 - rate)), stream_of(context.layer.name()), context.shape()});
  return ops::mul(graph, context.input(), factor);
}

}  // namespace

extern const LayerDef gaussian_dropout_def;
const LayerDef gaussian_dropout_def = {
    .class_name = "GaussianDropout", .arguments = kArguments, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
