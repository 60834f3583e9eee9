#include "graph/ops/reshape.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const Shape& from = inputs[0].shape;
  const Shape& to = std::any_cast<const ReshapeAttributes&>(attributes).shape;
  if (from.elements() != to.elements() || from.batched() != to.batched()) {
    fail(ErrorKind::invalid_argument, "{} has {} elements and cannot become {} with {}", to_string(from),
         from.elements(), to_string(to), to.elements());
  }
  return {{inputs[0].dtype, to}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  return {ops::reshape(graph, output_gradients[0], graph.shape(graph[id].inputs[0]))};
}

}  // namespace

const OpDef reshape_def = {.name = "reshape", .infer = infer, .gradient = gradient};

ValueId ops::reshape(Graph& graph, ValueId x, Shape shape, bool reads_batch) {
  return graph.add_node(reshape_def, ReshapeAttributes{.shape = std::move(shape), .reads_batch = reads_batch}, {x})[0];
}

}  // namespace mltk
