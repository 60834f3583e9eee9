#include "graph/ops/reduce_max.h"

#include "graph/ops/broadcast.h"
#include "graph/ops/div.h"
#include "graph/ops/equal.h"
#include "graph/ops/mul.h"
#include "graph/ops/reshape.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const auto& reduce = std::any_cast<const ReduceAttributes&>(attributes);
  for (const std::int64_t axis : reduce.axes) {
    if (inputs[0].shape[static_cast<std::size_t>(axis)] == kBatch) {
      fail(ErrorKind::invalid_argument, "the largest value over the batch of {} is not supported",
           to_string(inputs[0].shape));
    }
  }
  return {{DType::float32, reduced_shape(inputs[0].shape, reduce)}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const auto axes = graph[id].as<ReduceAttributes>().axes;
  const ValueId x = graph[id].inputs[0];
  Shape kept = graph.shape(x);
  for (const std::int64_t axis : axes) kept[static_cast<std::size_t>(axis)] = 1;
  const ValueId y = ops::reshape(graph, graph[id].outputs[0], kept);
  const ValueId dy = ops::reshape(graph, output_gradients[0], kept);
  const ValueId largest = ops::equal(graph, x, y);
  const ValueId count = ops::reduce_sum(graph, largest, {.axes = axes});
  const ValueId share = ops::div(graph, dy, ops::reshape(graph, count, kept));
  return {ops::mul(graph, largest, share)};
}

}  // namespace

const OpDef reduce_max_def = {.name = "reduce_max", .infer = infer, .gradient = gradient};

ValueId ops::reduce_max(Graph& graph, ValueId x, ReduceAttributes attributes) {
  return graph.add_node(reduce_max_def, std::move(attributes), {x})[0];
}

}  // namespace mltk
