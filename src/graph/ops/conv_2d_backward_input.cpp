#include "graph/ops/conv_2d_backward_input.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType>) {
  return {{DType::float32, std::any_cast<const Conv2dBackwardInputAttributes&>(attributes).input_shape}};
}

}  // namespace

const OpDef conv_2d_backward_input_def = {.name = "conv_2d_backward_input", .infer = infer};

ValueId ops::conv_2d_backward_input(Graph& graph, ValueId grad_out, ValueId filter,
                                    Conv2dBackwardInputAttributes attributes) {
  return graph.add_node(conv_2d_backward_input_def, std::move(attributes), {grad_out, filter})[0];
}

}  // namespace mltk
