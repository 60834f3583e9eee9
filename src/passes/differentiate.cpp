#include "passes/differentiate.h"

#include "graph/ops/add.h"

namespace mltk {
namespace {

/// Marks the values that depend on `wrt`.
std::vector<bool> find_dependents(const Graph& graph, std::span<const ValueId> wrt) {
  std::vector<bool> depends(graph.values().size());
  for (const ValueId id : wrt) depends[static_cast<std::size_t>(id.index)] = true;
  for (const Node& node : graph.nodes()) {
    bool any = false;
    for (const ValueId input : node.inputs) any = any || depends[static_cast<std::size_t>(input.index)];
    for (const ValueId output : node.outputs) depends[static_cast<std::size_t>(output.index)] = any;
  }
  return depends;
}

}  // namespace

std::vector<ValueId> differentiate(Graph& graph, ValueId loss, std::span<const ValueId> wrt) {
  MLTK_ASSERT(graph.shape(loss) == Shape{});
  const std::vector<bool> depends = find_dependents(graph, wrt);
  const auto forward_nodes = static_cast<std::int32_t>(graph.nodes().size());
  std::vector<ValueId> gradients(graph.values().size());
  gradients[static_cast<std::size_t>(loss.index)] = graph.add_scalar(1);

  for (std::int32_t i = forward_nodes; i-- > 0;) {
    const NodeId id{i};
    std::vector<ValueId> output_gradients;
    bool flows = false;
    for (const ValueId output : graph[id].outputs) {
      const bool needed = depends[static_cast<std::size_t>(output.index)];
      output_gradients.push_back(needed ? gradients[static_cast<std::size_t>(output.index)] : ValueId{});
      flows = flows || output_gradients.back().valid();
    }
    if (!flows || graph[id].op->gradient == nullptr) continue;

    const ScopeGuard scope(graph, graph[id].scope);
    const std::vector<ValueId> input_gradients = graph[id].op->gradient(graph, id, output_gradients);
    const std::vector<ValueId> inputs = graph[id].inputs;
    for (std::size_t k = 0; k < input_gradients.size(); ++k) {
      const auto input = static_cast<std::size_t>(inputs[k].index);
      if (!input_gradients[k].valid() || !depends[input]) continue;
      gradients[input] =
          gradients[input].valid() ? ops::add(graph, gradients[input], input_gradients[k]) : input_gradients[k];
    }
  }

  std::vector<ValueId> results;
  for (const ValueId id : wrt) results.push_back(gradients[static_cast<std::size_t>(id.index)]);
  return results;
}

}  // namespace mltk
