#include "graph/ops/one_hot.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  std::vector<std::int64_t> dims = inputs[0].shape.dims();
  dims.push_back(std::any_cast<const OneHotAttributes&>(attributes).depth);
  return {{DType::float32, Shape(std::move(dims))}};
}

}  // namespace

const OpDef one_hot_def = {.name = "one_hot", .infer = infer};

ValueId ops::one_hot(Graph& graph, ValueId indices, OneHotAttributes attributes) {
  return graph.add_node(one_hot_def, attributes, {indices})[0];
}

}  // namespace mltk
