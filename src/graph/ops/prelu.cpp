#include "graph/ops/prelu.h"

#include "graph/broadcasting.h"
#include "graph/ops/add.h"
#include "graph/ops/greater.h"
#include "graph/ops/minimum.h"
#include "graph/ops/mul.h"
#include "graph/ops/sub.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any&, std::span<const ValueType> inputs) {
  if (broadcast_shapes(inputs[0].shape, inputs[1].shape) != inputs[0].shape) {
    fail(ErrorKind::invalid_argument, "slopes {} do not fit the input {}", to_string(inputs[1].shape),
         to_string(inputs[0].shape));
  }
  return {inputs[0]};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId x = graph[id].inputs[0];
  const ValueId alpha = graph[id].inputs[1];
  const ValueId dy = output_gradients[0];
  const ValueId zero = graph.add_scalar(0);
  const ValueId positive = ops::greater(graph, x, zero);
  const ValueId negative = ops::sub(graph, graph.add_scalar(1), positive);
  const ValueId slope = ops::add(graph, positive, ops::mul(graph, negative, alpha));
  const ValueId below = ops::mul(graph, dy, ops::minimum(graph, x, zero));
  return {ops::mul(graph, dy, slope), reduce_to(graph, below, graph.shape(alpha))};
}

}  // namespace

const OpDef prelu_def = {.name = "prelu", .infer = infer, .gradient = gradient};

ValueId ops::prelu(Graph& graph, ValueId x, ValueId alpha) { return graph.add_node(prelu_def, {}, {x, alpha})[0]; }

}  // namespace mltk
