#include "graph/ops/abs.h"

#include "graph/broadcasting.h"
#include "graph/ops/greater.h"
#include "graph/ops/mul.h"
#include "graph/ops/sub.h"

namespace mltk {
namespace {

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId x = graph[id].inputs[0];
  const ValueId zero = graph.add_scalar(0);
  const ValueId sign = ops::sub(graph, ops::greater(graph, x, zero), ops::greater(graph, zero, x));
  return {ops::mul(graph, output_gradients[0], sign)};
}

}  // namespace

const OpDef abs_def = {.name = "abs", .infer = infer_unary, .gradient = gradient};

ValueId ops::abs(Graph& graph, ValueId x) { return graph.add_node(abs_def, {}, {x})[0]; }

}  // namespace mltk
