#include "graph/ops/pad.h"

#include "graph/ops/slice.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const auto& padding = std::any_cast<const PadAttributes&>(attributes).padding;
  Shape shape = inputs[0].shape;
  MLTK_ASSERT(padding.size() == shape.rank());
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    const auto [before, after] = padding[axis];
    MLTK_ASSERT(before >= 0 && after >= 0 && (shape[axis] != kBatch || before + after == 0));
    if (shape[axis] != kBatch) shape[axis] += before + after;
  }
  return {{DType::float32, shape}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  SliceAttributes inner;
  for (const auto& [before, after] : graph[id].as<PadAttributes>().padding) inner.begin.push_back(before);
  inner.size = graph.shape(graph[id].inputs[0]).dims();
  return {ops::slice(graph, output_gradients[0], std::move(inner))};
}

}  // namespace

const OpDef pad_def = {.name = "pad", .infer = infer, .gradient = gradient};

ValueId ops::pad(Graph& graph, ValueId x, PadAttributes attributes) {
  return graph.add_node(pad_def, std::move(attributes), {x})[0];
}

}  // namespace mltk
