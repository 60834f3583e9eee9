#include "graph/ops/average_pool_2d.h"

#include "graph/ops/average_pool_2d_backward.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const Shape& input = inputs[0].shape;
  MLTK_ASSERT(input.rank() == 4);
  const Window2d& window = std::any_cast<const AveragePool2dAttributes&>(attributes).window;
  return {{DType::float32, window_output(window, input, input[3])}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const auto attributes = graph[id].as<AveragePool2dAttributes>();
  return {ops::average_pool_2d_backward(graph, output_gradients[0], {attributes, graph.shape(graph[id].inputs[0])})};
}

}  // namespace

const OpDef average_pool_2d_def = {.name = "average_pool_2d", .infer = infer, .gradient = gradient};

ValueId ops::average_pool_2d(Graph& graph, ValueId input, AveragePool2dAttributes attributes) {
  return graph.add_node(average_pool_2d_def, attributes, {input})[0];
}

}  // namespace mltk
