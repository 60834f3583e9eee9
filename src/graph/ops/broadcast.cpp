#include "graph/ops/broadcast.h"

#include "graph/broadcasting.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const Shape& to = std::any_cast<const BroadcastAttributes&>(attributes).shape;
  MLTK_ASSERT(broadcast_shapes(inputs[0].shape, to) == to);
  return {{inputs[0].dtype, to}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  return {reduce_to(graph, output_gradients[0], graph.shape(graph[id].inputs[0]))};
}

}  // namespace

const OpDef broadcast_def = {.name = "broadcast", .infer = infer, .gradient = gradient};

ValueId ops::broadcast(Graph& graph, ValueId x, Shape shape) {
  if (graph.shape(x) == shape) return x;
  return graph.add_node(broadcast_def, BroadcastAttributes{std::move(shape)}, {x})[0];
}

}  // namespace mltk
