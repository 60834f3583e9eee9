#include "graph/ops/gather_backward.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  return {{DType::float32, {std::any_cast<const GatherBackwardAttributes&>(attributes).rows, inputs[1].shape.back()}}};
}

}  // namespace

const OpDef gather_backward_def = {.name = "gather_backward", .infer = infer};

ValueId ops::gather_backward(Graph& graph, ValueId indices, ValueId grad_out, GatherBackwardAttributes attributes) {
  return graph.add_node(gather_backward_def, std::move(attributes), {indices, grad_out})[0];
}

}  // namespace mltk
