#include "graph/ops/reduce_sum.h"

#include <algorithm>

#include "graph/ops/broadcast.h"
#include "graph/ops/reshape.h"

namespace mltk {
namespace {

bool is_reduced(const ReduceAttributes& attributes, std::size_t axis) {
  return std::ranges::find(attributes.axes, static_cast<std::int64_t>(axis)) != attributes.axes.end();
}

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  return {{DType::float32, reduced_shape(inputs[0].shape, std::any_cast<const ReduceAttributes&>(attributes))}};
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

Shape reduced_shape(const Shape& shape, const ReduceAttributes& attributes) {
  std::vector<std::int64_t> dims;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    if (!is_reduced(attributes, axis)) {
      dims.push_back(shape[axis]);
    } else if (attributes.keep_dims && shape[axis] != kBatch) {
      dims.push_back(1);
    }
  }
  return Shape(dims);
}

const OpDef reduce_sum_def = {.name = "reduce_sum", .infer = infer, .gradient = gradient};

ValueId ops::reduce_sum(Graph& graph, ValueId x, ReduceAttributes attributes) {
  return graph.add_node(reduce_sum_def, std::move(attributes), {x})[0];
}

}  // namespace mltk
