#include "graph/ops/mul.h"
#include "keras/layers/noise.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"rate", ArgumentKind::rate, "", "share of channels that become 0"},
    {"noise_shape", ArgumentKind::unsupported, "null", "shape of the mask"},
    {"seed", ArgumentKind::json, "null", "taken from the seed of the run"},
};

// Whole channels at once.
ValueId call(const CallContext& context) {
  check_rank(context.shape(), 3, "(batch, steps, channels)");
  const auto rate = context.layer.get<float>("rate");
  if (!context.training || rate == 0) return context.input();
  return ops::mul(context.graph, context.input(), mask_of(context, rate, {kBatch, 1, context.shape()[2]}));
}

}  // namespace

extern const LayerDef spatial_dropout1d_def;
const LayerDef spatial_dropout1d_def = {
    .class_name = "SpatialDropout1D", .arguments = kArguments, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
