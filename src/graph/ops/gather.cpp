#include "graph/ops/gather.h"

#include "graph/ops/gather_backward.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any&, std::span<const ValueType> inputs) {
  MLTK_ASSERT(inputs[0].shape.rank() == 2 && !inputs[0].batched());
  std::vector<std::int64_t> dims = inputs[1].shape.dims();
  dims.push_back(inputs[0].shape[1]);
  return {{DType::float32, Shape(std::move(dims))}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId table = graph[id].inputs[0];
  return {ops::gather_backward(graph, graph[id].inputs[1], output_gradients[0], {graph.shape(table)[0]}), {}};
}

}  // namespace

const OpDef gather_def = {.name = "gather", .infer = infer, .gradient = gradient};

ValueId ops::gather(Graph& graph, ValueId table, ValueId indices) {
  return graph.add_node(gather_def, {}, {table, indices})[0];
}

}  // namespace mltk
