#include "graph/ops/add.h"
#include "graph/ops/mul.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"scale", ArgumentKind::number, "", "factor"},
    {"offset", ArgumentKind::number, "0.0", "added to the product"},
};

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const ValueId scaled = ops::mul(graph, context.input(), graph.add_scalar(context.layer.get<float>("scale")));
  return ops::add(graph, scaled, graph.add_scalar(context.layer.get<float>("offset")));
}

}  // namespace

extern const LayerDef rescaling_def;
const LayerDef rescaling_def = {.class_name = "Rescaling", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
