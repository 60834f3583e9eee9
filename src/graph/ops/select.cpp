#include "graph/ops/select.h"

#include "graph/broadcasting.h"
#include "graph/ops/broadcast.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any&, std::span<const ValueType> inputs) { return {inputs[1]}; }

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId condition = graph[id].inputs[0];
  const ValueId zero = graph.add_scalar(0);
  return {ValueId{}, ops::select(graph, condition, output_gradients[0], zero),
          ops::select(graph, condition, zero, output_gradients[0])};
}

}  // namespace

const OpDef select_def = {.name = "select", .infer = infer, .gradient = gradient};

ValueId ops::select(Graph& graph, ValueId condition, ValueId a, ValueId b) {
  const Shape shape = broadcast_shapes(broadcast_shapes(graph.shape(condition), graph.shape(a)), graph.shape(b));
  const auto fitted = [&](ValueId x) { return graph.shape(x) == shape ? x : ops::broadcast(graph, x, shape); };
  return graph.add_node(select_def, {}, {fitted(condition), fitted(a), fitted(b)})[0];
}

}  // namespace mltk
