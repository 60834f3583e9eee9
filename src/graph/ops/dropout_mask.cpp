#include "graph/ops/dropout_mask.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType>) {
  return {{DType::float32, std::any_cast<const DropoutMaskAttributes&>(attributes).shape}};
}

}  // namespace

const OpDef dropout_mask_def = {.name = "dropout_mask", .infer = infer};

ValueId ops::dropout_mask(Graph& graph, ValueId x, DropoutMaskAttributes attributes) {
  return graph.add_node(dropout_mask_def, std::move(attributes), {x})[0];
}

}  // namespace mltk
