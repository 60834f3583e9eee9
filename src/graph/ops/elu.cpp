#include "graph/ops/elu.h"

#include "graph/broadcasting.h"
#include "graph/ops/add.h"
#include "graph/ops/greater.h"
#include "graph/ops/minimum.h"
#include "graph/ops/mul.h"
#include "graph/ops/sub.h"

namespace mltk {
namespace {

// 1 for x > 0, else y + alpha.
std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const float alpha = graph[id].as<EluAttributes>().alpha;
  const ValueId zero = graph.add_scalar(0);
  const ValueId positive = ops::greater(graph, graph[id].inputs[0], zero);
  const ValueId below = ops::add(graph, ops::minimum(graph, graph[id].outputs[0], zero), graph.add_scalar(alpha));
  const ValueId slope = ops::add(graph, below, ops::mul(graph, positive, ops::sub(graph, graph.add_scalar(1), below)));
  return {ops::mul(graph, output_gradients[0], slope)};
}

}  // namespace

const OpDef elu_def = {.name = "elu", .infer = infer_unary, .gradient = gradient};

ValueId ops::elu(Graph& graph, ValueId x, EluAttributes attributes) {
  return graph.add_node(elu_def, std::move(attributes), {x})[0];
}

}  // namespace mltk
