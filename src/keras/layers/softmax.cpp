#include "graph/ops/softmax.h"

#include "graph/composition.h"
#include "graph/ops/add.h"
#include "keras/layer.h"
#include "keras/layers/attend.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"axis", ArgumentKind::axis, "-1", "axis of the classes"},
};

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const Json& given = context.layer.argument("axis");
  const auto axis = (given.is_array() ? given[0] : given).get<std::int64_t>();
  ValueId x = context.input();
  if (const ValueId mask = context.mask(); mask.valid()) {
    if (graph.shape(mask) != context.shape()) {
      fail(ErrorKind::invalid_argument, "the mask is {}, expected the shape of the input, {}",
           to_string(graph.shape(mask)), to_string(context.shape()));
    }
    x = ops::add(graph, x, large_where_masked(graph, mask));
  }
  return axis_from_end(graph, ops::softmax(graph, axis_to_end(graph, x, axis)), axis);
}

}  // namespace

extern const LayerDef softmax_def;
const LayerDef softmax_def = {.class_name = "Softmax", .arguments = kArguments, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
