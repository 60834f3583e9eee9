#include "graph/ops/split.h"

#include "graph/composition.h"
#include "graph/ops/broadcast.h"
#include "graph/ops/concat.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const auto& split = std::any_cast<const SplitAttributes&>(attributes);
  Shape shape = inputs[0].shape;
  const auto axis = static_cast<std::size_t>(resolve_axis(shape, split.axis));
  if (shape[axis] == kBatch || split.parts < 1 || shape[axis] % split.parts != 0) {
    fail(ErrorKind::invalid_argument, "cannot split axis {} of {} into {} equal parts", axis, to_string(shape),
         split.parts);
  }
  shape[axis] /= split.parts;
  return {static_cast<std::size_t>(split.parts), ValueType{DType::float32, shape}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const Shape shape = graph.shape(graph[id].outputs[0]);
  const std::int64_t axis = graph[id].as<SplitAttributes>().axis;
  std::vector<ValueId> parts(output_gradients.begin(), output_gradients.end());
  for (ValueId& part : parts) {
    if (!part.valid()) part = ops::broadcast(graph, graph.add_scalar(0), shape);
  }
  return {parts.size() == 1 ? parts[0] : ops::concat(graph, parts, {axis})};
}

}  // namespace

const OpDef split_def = {.name = "split", .infer = infer, .gradient = gradient};

std::vector<ValueId> ops::split(Graph& graph, ValueId x, SplitAttributes attributes) {
  return graph.add_node(split_def, attributes, {x});
}

}  // namespace mltk
