#include "graph/ops/concat.h"

#include "graph/ops/slice.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  MLTK_ASSERT(!inputs.empty());
  const std::int64_t given = std::any_cast<const ConcatAttributes&>(attributes).axis;
  Shape shape = inputs[0].shape;
  const auto rank = static_cast<std::int64_t>(shape.rank());
  const std::int64_t axis = given < 0 ? given + rank : given;
  if (axis < 0 || axis >= rank || shape[static_cast<std::size_t>(axis)] == kBatch) {
    fail(ErrorKind::invalid_argument, "cannot concatenate {} along axis {}", to_string(shape), given);
  }
  const auto at = static_cast<std::size_t>(axis);
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    Shape other = inputs[i].shape;
    const bool fits = other.rank() == shape.rank();
    const std::int64_t size = fits ? other[at] : 0;
    if (fits) other[at] = shape[at];
    if (!fits || other != shape) {
      fail(ErrorKind::invalid_argument, "cannot concatenate {} and {} along axis {}: the other axes must be equal",
           to_string(inputs[0].shape), to_string(inputs[i].shape), axis);
    }
    shape[at] += size;
  }
  return {{DType::float32, shape}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const std::vector<ValueId> inputs = graph[id].inputs;
  const std::int64_t given = graph[id].as<ConcatAttributes>().axis;
  const std::size_t rank = graph.shape(inputs[0]).rank();
  const auto axis = static_cast<std::size_t>(given < 0 ? given + static_cast<std::int64_t>(rank) : given);
  std::vector<ValueId> gradients;
  std::int64_t begin = 0;
  for (const ValueId input : inputs) {
    SliceAttributes part{.begin = std::vector<std::int64_t>(rank), .size = graph.shape(input).dims()};
    part.begin[axis] = begin;
    begin += part.size[axis];
    gradients.push_back(ops::slice(graph, output_gradients[0], std::move(part)));
  }
  return gradients;
}

}  // namespace

const OpDef concat_def = {.name = "concat", .infer = infer, .gradient = gradient};

ValueId ops::concat(Graph& graph, std::vector<ValueId> inputs, ConcatAttributes attributes) {
  return graph.add_node(concat_def, attributes, std::move(inputs))[0];
}

}  // namespace mltk
