#include "graph/ops/sin.h"

#include "graph/broadcasting.h"
#include "graph/ops/cos.h"
#include "graph/ops/mul.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  return {ops::mul(graph, output_gradients[0], ops::cos(graph, graph[id].inputs[0]))};
}

}  // namespace

const OpDef sin_def = {.name = "sin", .infer = infer_unary, .gradient = gradient};

ValueId ops::sin(Graph& graph, ValueId x) { return graph.add_node(sin_def, {}, {x})[0]; }

}  // namespace mltk
