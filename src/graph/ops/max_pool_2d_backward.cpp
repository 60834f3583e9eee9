#include "graph/ops/max_pool_2d_backward.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any&, std::span<const ValueType> inputs) { return {inputs[0]}; }

}  // namespace

const OpDef max_pool_2d_backward_def = {.name = "max_pool_2d_backward", .infer = infer};

ValueId ops::max_pool_2d_backward(Graph& graph, ValueId input, ValueId grad_out, MaxPool2dAttributes attributes) {
  return graph.add_node(max_pool_2d_backward_def, attributes, {input, grad_out})[0];
}

}  // namespace mltk
