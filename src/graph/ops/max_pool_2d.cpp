#include "graph/ops/max_pool_2d.h"

#include "graph/ops/max_pool_2d_backward.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const Shape& input = inputs[0].shape;
  MLTK_ASSERT(input.rank() == 4);
  return {
      {DType::float32, window_output(std::any_cast<const MaxPool2dAttributes&>(attributes).window, input, input[3])}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const auto attributes = graph[id].as<MaxPool2dAttributes>();
  return {ops::max_pool_2d_backward(graph, graph[id].inputs[0], output_gradients[0], attributes)};
}

}  // namespace

const OpDef max_pool_2d_def = {.name = "max_pool_2d", .infer = infer, .gradient = gradient};

ValueId ops::max_pool_2d(Graph& graph, ValueId input, MaxPool2dAttributes attributes) {
  return graph.add_node(max_pool_2d_def, attributes, {input})[0];
}

}  // namespace mltk
