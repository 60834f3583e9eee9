#include "graph/ops/neg.h"

#include "graph/broadcasting.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId, std::span<const ValueId> output_gradients) {
  return {ops::neg(graph, output_gradients[0])};
}

}  // namespace

const OpDef neg_def = {.name = "neg", .infer = infer_unary, .gradient = gradient};

ValueId ops::neg(Graph& graph, ValueId x) { return graph.add_node(neg_def, {}, {x})[0]; }

}  // namespace mltk
