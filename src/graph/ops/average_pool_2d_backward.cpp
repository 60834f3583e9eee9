#include "graph/ops/average_pool_2d_backward.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType>) {
  return {{DType::float32, std::any_cast<const AveragePool2dBackwardAttributes&>(attributes).input_shape}};
}

}  // namespace

const OpDef average_pool_2d_backward_def = {.name = "average_pool_2d_backward", .infer = infer};

ValueId ops::average_pool_2d_backward(Graph& graph, ValueId grad_out, AveragePool2dBackwardAttributes attributes) {
  return graph.add_node(average_pool_2d_backward_def, std::move(attributes), {grad_out})[0];
}

}  // namespace mltk
