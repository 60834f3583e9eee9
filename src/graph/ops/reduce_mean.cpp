#include "graph/ops/reduce_mean.h"

#include "graph/ops/broadcast.h"
#include "graph/ops/mul.h"
#include "graph/ops/reshape.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const auto& reduce = std::any_cast<const ReduceAttributes&>(attributes);
  for (const std::int64_t axis : reduce.axes) MLTK_ASSERT(inputs[0].shape[static_cast<std::size_t>(axis)] != kBatch);
  return {{DType::float32, reduced_shape(inputs[0].shape, reduce)}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const Shape& shape = graph.shape(graph[id].inputs[0]);
  Shape kept = shape;
  std::int64_t count = 1;
  for (const std::int64_t axis : graph[id].as<ReduceAttributes>().axes) {
    count *= shape[static_cast<std::size_t>(axis)];
    kept[static_cast<std::size_t>(axis)] = 1;
  }
  const ValueId share = ops::mul(graph, output_gradients[0], graph.add_scalar(1.0F / static_cast<float>(count)));
  return {ops::broadcast(graph, ops::reshape(graph, share, kept), shape)};
}

}  // namespace

const OpDef reduce_mean_def = {.name = "reduce_mean", .infer = infer, .gradient = gradient};

ValueId ops::reduce_mean(Graph& graph, ValueId x, ReduceAttributes attributes) {
  return graph.add_node(reduce_mean_def, std::move(attributes), {x})[0];
}

}  // namespace mltk
