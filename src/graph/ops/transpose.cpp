#include "graph/ops/transpose.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const auto& permutation = std::any_cast<const TransposeAttributes&>(attributes).permutation;
  const Shape& from = inputs[0].shape;
  MLTK_ASSERT(permutation.size() == from.rank());
  MLTK_ASSERT(!from.batched() || permutation[0] == 0);
  Shape to = from;
  for (std::size_t axis = 0; axis < from.rank(); ++axis) to[axis] = from[static_cast<std::size_t>(permutation[axis])];
  return {{inputs[0].dtype, to}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const auto& permutation = graph[id].as<TransposeAttributes>().permutation;
  TransposeAttributes inverse{std::vector<std::int64_t>(permutation.size())};
  for (std::size_t i = 0; i < permutation.size(); ++i) {
    inverse.permutation[static_cast<std::size_t>(permutation[i])] = static_cast<std::int64_t>(i);
  }
  return {ops::transpose(graph, output_gradients[0], std::move(inverse))};
}

}  // namespace

const OpDef transpose_def = {.name = "transpose", .infer = infer, .gradient = gradient};

ValueId ops::transpose(Graph& graph, ValueId x, TransposeAttributes attributes) {
  return graph.add_node(transpose_def, std::move(attributes), {x})[0];
}

}  // namespace mltk
