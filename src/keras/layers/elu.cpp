#include "graph/ops/elu.h"

#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"alpha", ArgumentKind::number, "1.0", "limit below 0"},
};

ValueId call(const CallContext& context) {
  return ops::elu(context.graph, context.input(), {context.layer.get<float>("alpha")});
}

}  // namespace

extern const LayerDef elu_def;
const LayerDef elu_def = {.class_name = "ELU", .arguments = kArguments, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
