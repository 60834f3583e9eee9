#include "graph/ops/tanh.h"

#include "graph/broadcasting.h"
#include "graph/ops/mul.h"
#include "graph/ops/square.h"
#include "graph/ops/sub.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId y = graph[id].outputs[0];
  const ValueId slope = ops::sub(graph, graph.add_scalar(1), ops::square(graph, y));
  return {ops::mul(graph, output_gradients[0], slope)};
}

}  // namespace

const OpDef tanh_def = {.name = "tanh", .infer = infer_unary, .gradient = gradient};

ValueId ops::tanh(Graph& graph, ValueId x) { return graph.add_node(tanh_def, {}, {x})[0]; }

}  // namespace mltk
