#include "graph/ops/sub.h"

#include "graph/broadcasting.h"
#include "graph/ops/neg.h"

namespace mltk {
namespace {
std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId a = graph[id].inputs[0];
  const ValueId b = graph[id].inputs[1];
  const ValueId dy = output_gradients[0];
  return {reduce_to(graph, dy, graph.shape(a)), reduce_to(graph, ops::neg(graph, dy), graph.shape(b))};
}

}  // namespace

const OpDef sub_def = {.name = "sub", .infer = infer_binary, .gradient = gradient};

ValueId ops::sub(Graph& graph, ValueId a, ValueId b) { return graph.add_node(sub_def, {}, {a, b})[0]; }

}  // namespace mltk
