#include "graph/ops/unstack.h"

#include "graph/ops/broadcast.h"
#include "graph/ops/concat.h"
#include "graph/ops/reshape.h"

namespace mltk {
namespace {

Shape without_axis(const Shape& shape, std::size_t axis) {
  std::vector<std::int64_t> dims = shape.dims();
  dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
  return Shape(dims);
}

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const std::size_t axis = std::any_cast<const UnstackAttributes&>(attributes).axis;
  const Shape& shape = inputs[0].shape;
  MLTK_ASSERT(axis < shape.rank() && shape[axis] > 0 && shape[axis] != kBatch);
  return {static_cast<std::size_t>(shape[axis]), ValueType{DType::float32, without_axis(shape, axis)}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const std::size_t axis = graph[id].as<UnstackAttributes>().axis;
  const Shape shape = graph.shape(graph[id].outputs[0]);
  std::vector<ValueId> parts(output_gradients.begin(), output_gradients.end());
  for (ValueId& part : parts) {
    if (!part.valid()) part = ops::broadcast(graph, graph.add_scalar(0), shape);
  }
  return {ops::stack(graph, parts, axis)};
}

}  // namespace

const OpDef unstack_def = {.name = "unstack", .infer = infer, .gradient = gradient};

std::vector<ValueId> ops::unstack(Graph& graph, ValueId x, UnstackAttributes attributes) {
  return graph.add_node(unstack_def, attributes, {x});
}

ValueId ops::stack(Graph& graph, std::span<const ValueId> values, std::size_t axis) {
  std::vector<std::int64_t> dims = graph.shape(values[0]).dims();
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(axis), 1);
  std::vector<ValueId> parts;
  for (const ValueId value : values) parts.push_back(ops::reshape(graph, value, Shape(dims)));
  return parts.size() == 1 ? parts[0] : ops::concat(graph, parts, {static_cast<std::int64_t>(axis)});
}

}  // namespace mltk
