#include "graph/ops/conv_2d_backward_input.h"

#include "graph/ops/conv_2d_backward_filter.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType>) {
  return {{DType::float32, std::any_cast<const Conv2dBackwardInputAttributes&>(attributes).input_shape}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const auto [conv, _] = graph[id].as<Conv2dBackwardInputAttributes>();
  const ValueId small = graph[id].inputs[0];
  const ValueId filter = graph[id].inputs[1];
  const ValueId large = output_gradients[0];
  return {ops::conv_2d(graph, large, filter, conv),
          ops::conv_2d_backward_filter(graph, large, small, {conv, graph.shape(filter)})};
}

}  // namespace

const OpDef conv_2d_backward_input_def = {.name = "conv_2d_backward_input", .infer = infer, .gradient = gradient};

ValueId ops::conv_2d_backward_input(Graph& graph, ValueId grad_out, ValueId filter,
                                    Conv2dBackwardInputAttributes attributes) {
  return graph.add_node(conv_2d_backward_input_def, std::move(attributes), {grad_out, filter})[0];
}

}  // namespace mltk
