#include "graph/ops/concat.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"axis", ArgumentKind::axis, "-1", "axis along which the inputs are joined"},
};

ValueId call(const CallContext& context) {
  return ops::concat(context.graph, {context.inputs.begin(), context.inputs.end()},
                     {context.layer.get<std::int64_t>("axis")});
}

}  // namespace

extern const LayerDef concatenate_def;
const LayerDef concatenate_def = {
    .class_name = "Concatenate", .arguments = kArguments, .most_inputs = 64, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
