#include "graph/ops/softmax.h"

#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"axis", ArgumentKind::axis, "-1", "axis of the classes"},
};

ValueId call(const CallContext& context) {
  const auto axis = context.layer.get<std::int64_t>("axis");
  const auto rank = static_cast<std::int64_t>(context.shape().rank());
  if (axis != -1 && axis != rank - 1) {
    fail(ErrorKind::unsupported, "axis={} is not supported, only the last axis", axis);
  }
  return ops::softmax(context.graph, context.input());
}

}  // namespace

extern const LayerDef softmax_def;
const LayerDef softmax_def = {.class_name = "Softmax", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
