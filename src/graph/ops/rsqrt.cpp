#include "graph/ops/rsqrt.h"

#include "graph/broadcasting.h"
#include "graph/ops/mul.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId y = graph[id].outputs[0];
  const ValueId cube = ops::mul(graph, y, ops::mul(graph, y, y));
  return {ops::mul(graph, output_gradients[0], ops::mul(graph, cube, graph.add_scalar(-0.5F)))};
}

}  // namespace

const OpDef rsqrt_def = {.name = "rsqrt", .infer = infer_unary, .gradient = gradient};

ValueId ops::rsqrt(Graph& graph, ValueId x) { return graph.add_node(rsqrt_def, {}, {x})[0]; }

}  // namespace mltk
