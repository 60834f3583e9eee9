#include "graph/ops/reduce_sum.h"

#include <algorithm>

#include "graph/ops/broadcast.h"
#include "graph/ops/mul.h"
#include "graph/ops/reshape.h"

namespace mltk {
namespace {

bool is_reduced(const ReduceAttributes& attributes, std::size_t axis) {
  return std::ranges::find(attributes.axes, static_cast<std::int64_t>(axis)) != attributes.axes.end();
}

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const auto& reduce = std::any_cast<const ReduceAttributes&>(attributes);
  const Shape& from = inputs[0].shape;
  std::vector<std::int64_t> dims;
  for (std::size_t axis = 0; axis < from.rank(); ++axis) {
    if (!is_reduced(reduce, axis)) {
      dims.push_back(from[axis]);
    } else if (reduce.keep_dims && from[axis] != kBatch) {
      dims.push_back(1);
    }
  }
  return {{DType::float32, Shape(std::move(dims))}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const auto& reduce = graph[id].as<ReduceAttributes>();
  const Shape shape = graph.shape(graph[id].inputs[0]);
  Shape kept = shape;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    if (is_reduced(reduce, axis)) kept[axis] = 1;
  }
  const ValueId dy = ops::reshape(graph, output_gradients[0], kept);
  return {ops::broadcast(graph, dy, shape)};
}

}  // namespace

const OpDef reduce_sum_def = {.name = "reduce_sum", .infer = infer, .gradient = gradient};

ValueId ops::reduce_sum(Graph& graph, ValueId x, ReduceAttributes attributes) {
  return graph.add_node(reduce_sum_def, std::move(attributes), {x})[0];
}

ValueId ops::reduce_mean(Graph& graph, ValueId x, ReduceAttributes attributes) {
  std::int64_t count = 1;
  for (const std::int64_t axis : attributes.axes) {
    MLTK_ASSERT(graph.shape(x)[static_cast<std::size_t>(axis)] != kBatch);
    count *= graph.shape(x)[static_cast<std::size_t>(axis)];
  }
  const ValueId sum = reduce_sum(graph, x, std::move(attributes));
  return mul(graph, sum, graph.add_scalar(1.0F / static_cast<float>(count)));
}

}  // namespace mltk
