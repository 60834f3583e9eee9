#include "graph/ops/sequence_lstm.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const Shape& x = inputs[0].shape;
  const std::int64_t units = inputs[2].shape[0];
  MLTK_ASSERT(x.rank() == 3 && inputs[1].shape == Shape({x[2], 4 * units}));
  if (!std::any_cast<const SequenceLstmAttributes&>(attributes).sequences) return {{DType::float32, {x[0], units}}};
  return {{DType::float32, {x[0], x[1], units}}};
}

}  // namespace

const OpDef sequence_lstm_def = {.name = "sequence_lstm", .infer = infer};

ValueId ops::sequence_lstm(Graph& graph, ValueId x, ValueId kernel, ValueId recurrent, ValueId bias,
                           SequenceLstmAttributes attributes) {
  return graph.add_node(sequence_lstm_def, std::move(attributes), {x, kernel, recurrent, bias})[0];
}

}  // namespace mltk
