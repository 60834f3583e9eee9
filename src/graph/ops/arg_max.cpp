#include "graph/ops/arg_max.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any&, std::span<const ValueType> inputs) {
  const Shape& shape = inputs[0].shape;
  MLTK_ASSERT(shape.rank() > 0 && shape.back() > 0);
  return {{DType::float32, Shape(std::span(shape.begin(), shape.end() - 1))}};
}

}  // namespace

const OpDef arg_max_def = {.name = "arg_max", .infer = infer};

ValueId ops::arg_max(Graph& graph, ValueId x) { return graph.add_node(arg_max_def, {}, {x})[0]; }

}  // namespace mltk
