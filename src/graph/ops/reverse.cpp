#include "graph/ops/reverse.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const std::size_t axis = std::any_cast<const ReverseAttributes&>(attributes).axis;
  MLTK_ASSERT(axis < inputs[0].shape.rank() && inputs[0].shape[axis] != kBatch);
  return {inputs[0]};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  return {ops::reverse(graph, output_gradients[0], graph[id].as<ReverseAttributes>())};
}

}  // namespace

const OpDef reverse_def = {.name = "reverse", .infer = infer, .gradient = gradient};

ValueId ops::reverse(Graph& graph, ValueId x, ReverseAttributes attributes) {
  return graph.add_node(reverse_def, attributes, {x})[0];
}

}  // namespace mltk
