#include "graph/ops/div.h"

#include "graph/broadcasting.h"
#include "graph/ops/mul.h"
#include "graph/ops/neg.h"

namespace mltk {
namespace {
std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId a = graph[id].inputs[0];
  const ValueId b = graph[id].inputs[1];
  const ValueId dy = output_gradients[0];
  const ValueId da = ops::div(graph, dy, b);
  const ValueId db = ops::neg(graph, ops::div(graph, ops::mul(graph, da, a), b));
  return {reduce_to(graph, da, graph.shape(a)), reduce_to(graph, db, graph.shape(b))};
}

}  // namespace

const OpDef div_def = {.name = "div", .infer = infer_binary, .gradient = gradient};

ValueId ops::div(Graph& graph, ValueId a, ValueId b) { return graph.add_node(div_def, {}, {a, b})[0]; }

}  // namespace mltk
