#include "graph/ops/softmax_cross_entropy.h"

#include "graph/ops/mul.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/reshape.h"
#include "graph/ops/softmax.h"
#include "graph/ops/sub.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any&, std::span<const ValueType> inputs) {
  const Shape& logits = inputs[0].shape;
  const Shape& labels = inputs[1].shape;
  if (logits != labels || logits.rank() < 2) {
    fail(ErrorKind::invalid_argument,
         "the model ends in {} values a sample, but the labels have {}: the last layer must have one unit a class",
         to_string(logits), to_string(labels));
  }
  return {{DType::float32, Shape(std::span(logits.begin(), logits.end() - 1))}};
}

// d logits = dy * (softmax(logits) * sum(labels) - labels)
std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const ValueId logits = graph[id].inputs[0];
  const ValueId labels = graph[id].inputs[1];
  const Shape& shape = graph.shape(logits);
  const auto last = static_cast<std::int64_t>(shape.rank()) - 1;
  Shape column = shape;
  column[shape.rank() - 1] = 1;
  const ValueId dy = ops::reshape(graph, output_gradients[0], column);
  const ValueId total = ops::reduce_sum(graph, labels, {.axes = {last}, .keep_dims = true});
  const ValueId expected = ops::mul(graph, ops::softmax(graph, logits), total);
  return {ops::mul(graph, ops::sub(graph, expected, labels), dy), {}};
}

}  // namespace

const OpDef softmax_cross_entropy_def = {.name = "softmax_cross_entropy", .infer = infer, .gradient = gradient};

ValueId ops::softmax_cross_entropy(Graph& graph, ValueId logits, ValueId labels) {
  return graph.add_node(softmax_cross_entropy_def, {}, {logits, labels})[0];
}

}  // namespace mltk
