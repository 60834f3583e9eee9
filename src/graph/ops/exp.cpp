#include "graph/ops/exp.h"

#include "graph/broadcasting.h"
#include "graph/ops/mul.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId y = graph[id].outputs[0];
  return {ops::mul(graph, output_gradients[0], y)};
}

}  // namespace

const OpDef exp_def = {.name = "exp", .infer = infer_unary, .gradient = gradient};

ValueId ops::exp(Graph& graph, ValueId x) { return graph.add_node(exp_def, {}, {x})[0]; }

}  // namespace mltk
