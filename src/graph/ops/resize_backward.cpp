#include "graph/ops/resize_backward.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType>) {
  return {{DType::float32, std::any_cast<const ResizeBackwardAttributes&>(attributes).input_shape}};
}

}  // namespace

const OpDef resize_backward_def = {.name = "resize_backward", .infer = infer};

ValueId ops::resize_backward(Graph& graph, ValueId grad_out, ResizeBackwardAttributes attributes) {
  return graph.add_node(resize_backward_def, std::move(attributes), {grad_out})[0];
}

}  // namespace mltk
