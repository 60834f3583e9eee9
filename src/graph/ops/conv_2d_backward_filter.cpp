#include "graph/ops/conv_2d_backward_filter.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType>) {
  return {{DType::float32, std::any_cast<const Conv2dBackwardFilterAttributes&>(attributes).filter_shape}};
}

}  // namespace

const OpDef conv_2d_backward_filter_def = {.name = "conv_2d_backward_filter", .infer = infer};

ValueId ops::conv_2d_backward_filter(Graph& graph, ValueId input, ValueId grad_out,
                                     Conv2dBackwardFilterAttributes attributes) {
  return graph.add_node(conv_2d_backward_filter_def, std::move(attributes), {input, grad_out})[0];
}

}  // namespace mltk
