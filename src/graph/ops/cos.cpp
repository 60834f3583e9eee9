#include "graph/ops/cos.h"

#include "graph/broadcasting.h"
#include "graph/ops/mul.h"
#include "graph/ops/neg.h"
#include "graph/ops/sin.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  return {ops::mul(graph, output_gradients[0], ops::neg(graph, ops::sin(graph, graph[id].inputs[0])))};
}

}  // namespace

const OpDef cos_def = {.name = "cos", .infer = infer_unary, .gradient = gradient};

ValueId ops::cos(Graph& graph, ValueId x) { return graph.add_node(cos_def, {}, {x})[0]; }

}  // namespace mltk
