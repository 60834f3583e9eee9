#include "graph/ops/dropout_mask.h"
#include "graph/ops/mul.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"rate", ArgumentKind::rate, "", "share of values that become 0"},
    {"noise_shape", ArgumentKind::unsupported, "null", "shape of the mask"},
    {"seed", ArgumentKind::json, "null", "taken from the seed of the run"},
};

/// Dropout layers of a model draw from streams of their own: a hash of the name (FNV-1a).
std::uint32_t stream_of(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

ValueId call(const CallContext& context) {
  const auto rate = context.layer.get<float>("rate");
  if (!context.training || rate == 0) return context.input();
  const ValueId mask =
      ops::dropout_mask(context.graph, context.input(), {rate, stream_of(context.layer.name()), context.shape()});
  return ops::mul(context.graph, context.input(), mask);
}

}  // namespace

extern const LayerDef dropout_def;
const LayerDef dropout_def = {.class_name = "Dropout", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
