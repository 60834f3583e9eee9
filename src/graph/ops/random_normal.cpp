#include "graph/ops/random_normal.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType>) {
  return {{DType::float32, std::any_cast<const RandomNormalAttributes&>(attributes).shape}};
}

}  // namespace

const OpDef random_normal_def = {.name = "random_normal", .infer = infer};

ValueId ops::random_normal(Graph& graph, ValueId x, RandomNormalAttributes attributes) {
  return graph.add_node(random_normal_def, std::move(attributes), {x})[0];
}

}  // namespace mltk
