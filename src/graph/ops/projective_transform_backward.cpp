#include "graph/ops/projective_transform_backward.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType>) {
  return {{DType::float32, std::any_cast<const ProjectiveTransformBackwardAttributes&>(attributes).input}};
}

}  // namespace

const OpDef projective_transform_backward_def = {.name = "projective_transform_backward", .infer = infer};

ValueId ops::projective_transform_backward(Graph& graph, ValueId grad_out, ValueId transforms,
                                           ProjectiveTransformBackwardAttributes attributes) {
  return graph.add_node(projective_transform_backward_def, std::move(attributes), {grad_out, transforms})[0];
}

}  // namespace mltk
