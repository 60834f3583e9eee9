#include "graph/ops/depthwise_conv_2d_backward_input.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType>) {
  return {{DType::float32, std::any_cast<const DepthwiseConv2dBackwardInputAttributes&>(attributes).input_shape}};
}

}  // namespace

const OpDef depthwise_conv_2d_backward_input_def = {.name = "depthwise_conv_2d_backward_input", .infer = infer};

ValueId ops::depthwise_conv_2d_backward_input(Graph& graph, ValueId grad_out, ValueId filter,
                                              DepthwiseConv2dBackwardInputAttributes attributes) {
  return graph.add_node(depthwise_conv_2d_backward_input_def, std::move(attributes), {grad_out, filter})[0];
}

}  // namespace mltk
