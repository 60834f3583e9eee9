#include "graph/ops/sqrt.h"

#include "graph/broadcasting.h"
#include "graph/ops/div.h"
#include "graph/ops/mul.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId y = graph[id].outputs[0];
  return {ops::div(graph, ops::mul(graph, output_gradients[0], graph.add_scalar(0.5F)), y)};
}

}  // namespace

const OpDef sqrt_def = {.name = "sqrt", .infer = infer_unary, .gradient = gradient};

ValueId ops::sqrt(Graph& graph, ValueId x) { return graph.add_node(sqrt_def, {}, {x})[0]; }

}  // namespace mltk
