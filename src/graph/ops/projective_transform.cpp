#include "graph/ops/projective_transform.h"

#include "graph/ops/projective_transform_backward.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const auto& transform = std::any_cast<const ProjectiveTransformAttributes&>(attributes);
  const Shape& x = inputs[0].shape;
  if (x.rank() != 4 || inputs[1].shape != Shape{kBatch, 8}) {
    fail(ErrorKind::invalid_argument, "pictures {} and transforms {}, expected (batch, height, width, channels) and {}",
         to_string(x), to_string(inputs[1].shape), to_string(Shape{kBatch, 8}));
  }
  return {{DType::float32, {x[0], transform.height, transform.width, x[3]}}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const Node& node = graph[id];
  const ValueId transforms = node.inputs[1];
  const ProjectiveTransformBackwardAttributes attributes = {node.as<ProjectiveTransformAttributes>(),
                                                            graph.shape(node.inputs[0])};
  return {ops::projective_transform_backward(graph, output_gradients[0], transforms, attributes), ValueId{}};
}

}  // namespace

const OpDef projective_transform_def = {.name = "projective_transform", .infer = infer, .gradient = gradient};

ValueId ops::projective_transform(Graph& graph, ValueId x, ValueId transforms,
                                  ProjectiveTransformAttributes attributes) {
  return graph.add_node(projective_transform_def, attributes, {x, transforms})[0];
}

}  // namespace mltk
