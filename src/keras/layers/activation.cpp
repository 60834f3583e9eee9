#include "keras/activation.h"

#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"activation", ArgumentKind::activation, "", "name of the function"},
};

ValueId call(const CallContext& context) {
  return find_activation(context.layer.get<std::string>("activation")).build(context.graph, context.input());
}

}  // namespace

extern const LayerDef activation_def;
const LayerDef activation_def = {.class_name = "Activation", .arguments = kArguments, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
