#include "graph/ops/batch_size.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any&, std::span<const ValueType> inputs) {
  MLTK_ASSERT(inputs[0].batched());
  return {{DType::float32, Shape{}}};
}

}  // namespace

// Reduces over the batch: each slice gives its number of samples, and they are added up.
const OpDef batch_size_def = {.name = "batch_size", .infer = infer};

ValueId ops::batch_size(Graph& graph, ValueId x) { return graph.add_node(batch_size_def, {}, {x})[0]; }

}  // namespace mltk
