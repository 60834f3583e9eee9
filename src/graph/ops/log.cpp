#include "graph/ops/log.h"

#include "graph/broadcasting.h"
#include "graph/ops/div.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId x = graph[id].inputs[0];
  return {ops::div(graph, output_gradients[0], x)};
}

}  // namespace

const OpDef log_def = {.name = "log", .infer = infer_unary, .gradient = gradient};

ValueId ops::log(Graph& graph, ValueId x) { return graph.add_node(log_def, {}, {x})[0]; }

}  // namespace mltk
