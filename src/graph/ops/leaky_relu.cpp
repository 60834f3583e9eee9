#include "graph/ops/leaky_relu.h"

#include "graph/broadcasting.h"
#include "graph/ops/add.h"
#include "graph/ops/greater.h"
#include "graph/ops/mul.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId x = graph[id].inputs[0];
  const float alpha = graph[id].as<LeakyReluAttributes>().alpha;
  const ValueId positive = ops::greater(graph, x, graph.add_scalar(0));
  const ValueId slope =
      ops::add(graph, ops::mul(graph, positive, graph.add_scalar(1 - alpha)), graph.add_scalar(alpha));
  return {ops::mul(graph, output_gradients[0], slope)};
}

}  // namespace

const OpDef leaky_relu_def = {.name = "leaky_relu", .infer = infer_unary, .gradient = gradient};

ValueId ops::leaky_relu(Graph& graph, ValueId x, LeakyReluAttributes attributes) {
  return graph.add_node(leaky_relu_def, attributes, {x})[0];
}

}  // namespace mltk
