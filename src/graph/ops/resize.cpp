#include "graph/ops/resize.h"

#include "graph/ops/resize_backward.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const auto& resize = std::any_cast<const ResizeAttributes&>(attributes);
  const Shape& x = inputs[0].shape;
  MLTK_ASSERT(x.rank() == 4);
  return {{DType::float32, {x[0], resize.height, resize.width, x[3]}}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ResizeAttributes resize = graph[id].as<ResizeAttributes>();
  return {ops::resize_backward(graph, output_gradients[0], {resize, graph.shape(graph[id].inputs[0])})};
}

}  // namespace

const OpDef resize_def = {.name = "resize", .infer = infer, .gradient = gradient};

ValueId ops::resize(Graph& graph, ValueId x, ResizeAttributes attributes) {
  return graph.add_node(resize_def, std::move(attributes), {x})[0];
}

}  // namespace mltk
