#include "graph/ops/clip.h"

#include "graph/broadcasting.h"
#include "graph/ops/equal.h"
#include "graph/ops/mul.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId x = graph[id].inputs[0];
  const ValueId y = graph[id].outputs[0];
  return {ops::mul(graph, output_gradients[0], ops::equal(graph, x, y))};
}

}  // namespace

const OpDef clip_def = {.name = "clip", .infer = infer_unary, .gradient = gradient};

ValueId ops::clip(Graph& graph, ValueId x, ClipAttributes attributes) {
  return graph.add_node(clip_def, attributes, {x})[0];
}

}  // namespace mltk
