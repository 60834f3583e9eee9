#include "graph/ops/square.h"

#include "graph/broadcasting.h"
#include "graph/ops/mul.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId x = graph[id].inputs[0];
  const ValueId twice = ops::mul(graph, x, graph.add_scalar(2));
  return {ops::mul(graph, output_gradients[0], twice)};
}

}  // namespace

const OpDef square_def = {.name = "square", .infer = infer_unary, .gradient = gradient};

ValueId ops::square(Graph& graph, ValueId x) { return graph.add_node(square_def, {}, {x})[0]; }

}  // namespace mltk
