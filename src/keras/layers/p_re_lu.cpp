#include "graph/composition.h"
#include "graph/ops/prelu.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"alpha_initializer", ArgumentKind::initializer, R"("zeros")", "first values of the slopes below 0"},
    {"alpha_regularizer", ArgumentKind::regularizer, "null", "penalty on the slopes"},
    {"alpha_constraint", ArgumentKind::constraint, "null", "constraint on the slopes"},
    {"shared_axes", ArgumentKind::json, "null", "axes along which the slope is the same, or None"},
};

std::vector<WeightDef> weights(const Layer& layer, std::span<const Shape> inputs) {
  std::vector<std::int64_t> dims(inputs[0].begin() + 1, inputs[0].end());
  const Json& shared = layer.argument("shared_axes");
  for (const Json& axis : shared.is_null() ? Json::array() : shared.is_array() ? shared : Json::array({shared})) {
    const std::int64_t resolved = resolve_axis(inputs[0], axis.get<std::int64_t>());
    if (resolved == 0) fail(ErrorKind::invalid_argument, "shared_axes={} contains the batch", shared.dump());
    dims[static_cast<std::size_t>(resolved - 1)] = 1;
  }
  return {{"alpha", Shape(dims), "alpha_initializer", "alpha_regularizer"}};
}

ValueId call(const CallContext& context) { return ops::prelu(context.graph, context.input(), context.weight("alpha")); }

}  // namespace

extern const LayerDef p_re_lu_def;
const LayerDef p_re_lu_def = {
    .class_name = "PReLU", .arguments = kArguments, .weights = weights, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
