#include "graph/ops/leaky_relu.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"alpha", ArgumentKind::number, "0.3", "slope below 0"},
};

ValueId call(const CallContext& context) {
  return ops::leaky_relu(context.graph, context.input(), {context.layer.get<float>("alpha")});
}

}  // namespace

extern const LayerDef leaky_re_lu_def;
const LayerDef leaky_re_lu_def = {.class_name = "LeakyReLU", .arguments = kArguments, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
