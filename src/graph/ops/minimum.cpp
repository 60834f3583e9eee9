#include "graph/ops/minimum.h"

#include "graph/broadcasting.h"
#include "graph/ops/greater.h"
#include "graph/ops/mul.h"
#include "graph/ops/sub.h"

namespace mltk {
namespace {
std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId a = graph[id].inputs[0];
  const ValueId b = graph[id].inputs[1];
  const ValueId dy = output_gradients[0];
  const ValueId to_b = ops::mul(graph, dy, ops::greater(graph, a, b));
  return {reduce_to(graph, ops::sub(graph, dy, to_b), graph.shape(a)), reduce_to(graph, to_b, graph.shape(b))};
}

}  // namespace

const OpDef minimum_def = {.name = "minimum", .infer = infer_binary, .gradient = gradient};

ValueId ops::minimum(Graph& graph, ValueId a, ValueId b) { return graph.add_node(minimum_def, {}, {a, b})[0]; }

}  // namespace mltk
