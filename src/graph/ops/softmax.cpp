#include "graph/ops/softmax.h"

#include "graph/broadcasting.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/sub.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any&, std::span<const ValueType> inputs) {
  const Shape& shape = inputs[0].shape;
  if (shape.rank() == 0 || (shape.batched() && shape.rank() == 1)) {
    fail(ErrorKind::invalid_argument, "softmax needs an axis of classes; the input is {}", to_string(shape));
  }
  return {inputs[0]};
}

// dx = y * (dy - sum(dy * y))
std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId y = graph[id].outputs[0];
  const ValueId dy = output_gradients[0];
  const auto last = static_cast<std::int64_t>(graph.shape(y).rank()) - 1;
  const ValueId sum = ops::reduce_sum(graph, ops::mul(graph, dy, y), {.axes = {last}, .keep_dims = true});
  return {ops::mul(graph, y, ops::sub(graph, dy, sum))};
}

}  // namespace

const OpDef softmax_def = {.name = "softmax", .infer = infer, .gradient = gradient};

ValueId ops::softmax(Graph& graph, ValueId x) { return graph.add_node(softmax_def, {}, {x})[0]; }

}  // namespace mltk
