#include "graph/ops/power.h"

#include "graph/broadcasting.h"
#include "graph/ops/mul.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const float exponent = graph[id].as<PowerAttributes>().exponent;
  const ValueId slope =
      ops::mul(graph, ops::power(graph, graph[id].inputs[0], {exponent - 1}), graph.add_scalar(exponent));
  return {ops::mul(graph, output_gradients[0], slope)};
}

}  // namespace

const OpDef power_def = {.name = "power", .infer = infer_unary, .gradient = gradient};

ValueId ops::power(Graph& graph, ValueId x, PowerAttributes attributes) {
  return graph.add_node(power_def, std::move(attributes), {x})[0];
}

}  // namespace mltk
