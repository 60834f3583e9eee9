#include "graph/ops/mul.h"

#include "graph/broadcasting.h"

namespace mltk {
namespace {
std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId a = graph[id].inputs[0];
  const ValueId b = graph[id].inputs[1];
  const ValueId dy = output_gradients[0];
  return {reduce_to(graph, ops::mul(graph, dy, b), graph.shape(a)),
          reduce_to(graph, ops::mul(graph, dy, a), graph.shape(b))};
}

}  // namespace

const OpDef mul_def = {.name = "mul", .infer = infer_binary, .gradient = gradient};

ValueId ops::mul(Graph& graph, ValueId a, ValueId b) { return graph.add_node(mul_def, {}, {a, b})[0]; }

}  // namespace mltk
