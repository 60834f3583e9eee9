#include "graph/ops/relu6.h"

#include "graph/broadcasting.h"
#include "graph/ops/greater.h"
#include "graph/ops/mul.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId x = graph[id].inputs[0];
  const ValueId above = ops::greater(graph, x, graph.add_scalar(0));
  const ValueId below = ops::greater(graph, graph.add_scalar(6), x);
  return {ops::mul(graph, output_gradients[0], ops::mul(graph, above, below))};
}

}  // namespace

const OpDef relu6_def = {.name = "relu6", .infer = infer_unary, .gradient = gradient};

ValueId ops::relu6(Graph& graph, ValueId x) { return graph.add_node(relu6_def, {}, {x})[0]; }

}  // namespace mltk
