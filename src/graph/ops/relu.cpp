#include "graph/ops/relu.h"

#include "graph/broadcasting.h"
#include "graph/ops/greater.h"
#include "graph/ops/mul.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId y = graph[id].outputs[0];
  const ValueId passed = ops::greater(graph, y, graph.add_scalar(0));
  return {ops::mul(graph, output_gradients[0], passed)};
}

}  // namespace

const OpDef relu_def = {.name = "relu", .infer = infer_unary, .gradient = gradient};

ValueId ops::relu(Graph& graph, ValueId x) { return graph.add_node(relu_def, {}, {x})[0]; }

}  // namespace mltk
