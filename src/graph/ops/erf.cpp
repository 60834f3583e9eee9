#include "graph/ops/erf.h"

#include "graph/broadcasting.h"
#include "graph/ops/exp.h"
#include "graph/ops/mul.h"
#include "graph/ops/neg.h"
#include "graph/ops/square.h"

namespace mltk {
namespace {

// 2 / sqrt(pi) * exp(-x^2)
std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId bell = ops::exp(graph, ops::neg(graph, ops::square(graph, graph[id].inputs[0])));
  const ValueId slope = ops::mul(graph, bell, graph.add_scalar(1.1283791670955126F));
  return {ops::mul(graph, output_gradients[0], slope)};
}

}  // namespace

const OpDef erf_def = {.name = "erf", .infer = infer_unary, .gradient = gradient};

ValueId ops::erf(Graph& graph, ValueId x) { return graph.add_node(erf_def, {}, {x})[0]; }

}  // namespace mltk
