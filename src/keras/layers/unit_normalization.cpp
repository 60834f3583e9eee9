#include "graph/composition.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"axis", ArgumentKind::axes, "-1", "axis along which vectors get length 1"},
};

ValueId call(const CallContext& context) {
  const Json& axis = context.layer.argument("axis");
  if (axis.is_array() && axis.size() != 1)
    fail(ErrorKind::unsupported, "axis={} is not supported, only one", axis.dump());
  return l2_normalize(context.graph, context.input(), (axis.is_array() ? axis[0] : axis).get<std::int64_t>());
}

}  // namespace

extern const LayerDef unit_normalization_def;
const LayerDef unit_normalization_def = {
    .class_name = "UnitNormalization", .arguments = kArguments, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
