#include "train/losses/cross_entropy.h"

#include "graph/ops/clip.h"
#include "graph/ops/div.h"
#include "graph/ops/log.h"
#include "graph/ops/mul.h"
#include "graph/ops/neg.h"
#include "graph/ops/reduce_mean.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/softmax.h"
#include "graph/ops/softmax_cross_entropy.h"

namespace mltk {

double argument(const LossInputs& inputs, std::string_view name, double otherwise) {
  const auto found = inputs.arguments->find(name);
  return found == inputs.arguments->end() ? otherwise : found->second;
}

ValueId cross_entropy(Graph& graph, ValueId labels, ValueId predictions, bool from_logits) {
  if (from_logits) return ops::softmax_cross_entropy(graph, predictions, labels);
  const Node* producer = graph.producer(predictions);
  if (producer != nullptr && producer->op == &softmax_def) {
    return ops::softmax_cross_entropy(graph, producer->inputs[0], labels);
  }
  const auto last = static_cast<std::int64_t>(graph.shape(predictions).rank()) - 1;
  const ValueId total = ops::reduce_sum(graph, predictions, {.axes = {last}, .keep_dims = true});
  const ValueId p = ops::clip(graph, ops::div(graph, predictions, total), {kEpsilon, 1 - kEpsilon});
  return ops::neg(graph, ops::reduce_sum(graph, ops::mul(graph, labels, ops::log(graph, p)), {.axes = {last}}));
}

ValueId mean_per_sample(Graph& graph, ValueId x) {
  ReduceAttributes attributes;
  for (std::size_t axis = 1; axis < graph.shape(x).rank(); ++axis)
    attributes.axes.push_back(static_cast<std::int64_t>(axis));
  return attributes.axes.empty() ? x : ops::reduce_mean(graph, x, std::move(attributes));
}

void check_same_shape(const Graph& graph, const LossInputs& inputs) {
  const Shape& labels = graph.shape(inputs.labels);
  const Shape& predictions = graph.shape(inputs.predictions);
  if (labels != predictions) {
    fail(ErrorKind::invalid_argument,
         "the model gives {} and the labels are {}: the last layer must have as many values as the labels",
         to_string(predictions), to_string(labels));
  }
}

}  // namespace mltk
