#include "graph/ops/sigmoid.h"

#include "graph/broadcasting.h"
#include "graph/ops/mul.h"
#include "graph/ops/sub.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId y = graph[id].outputs[0];
  const ValueId slope = ops::mul(graph, y, ops::sub(graph, graph.add_scalar(1), y));
  return {ops::mul(graph, output_gradients[0], slope)};
}

}  // namespace

const OpDef sigmoid_def = {.name = "sigmoid", .infer = infer_unary, .gradient = gradient};

ValueId ops::sigmoid(Graph& graph, ValueId x) { return graph.add_node(sigmoid_def, {}, {x})[0]; }

}  // namespace mltk
