#include "graph/ops/add.h"
#include "graph/ops/random_normal.h"
#include "keras/layers/noise.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"stddev", ArgumentKind::number, "", "standard deviation of what is added"},
    {"seed", ArgumentKind::json, "null", "taken from the seed of the run"},
};

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  if (!context.training) return context.input();
  const ValueId noise =
      ops::random_normal(graph, context.input(),
                         {0, context.layer.get<float>("stddev"), stream_of(context.layer.name()), context.shape()});
  return ops::add(graph, context.input(), noise);
}

}  // namespace

extern const LayerDef gaussian_noise_def;
const LayerDef gaussian_noise_def = {
    .class_name = "GaussianNoise", .arguments = kArguments, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
