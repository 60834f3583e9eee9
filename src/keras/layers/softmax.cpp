#include "graph/ops/softmax.h"

#include "graph/composition.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"axis", ArgumentKind::axis, "-1", "axis of the classes"},
};

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const Json& given = context.layer.argument("axis");
  const auto axis = (given.is_array() ? given[0] : given).get<std::int64_t>();
  return axis_from_end(graph, ops::softmax(graph, axis_to_end(graph, context.input(), axis)), axis);
}

}  // namespace

extern const LayerDef softmax_def;
const LayerDef softmax_def = {.class_name = "Softmax", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
