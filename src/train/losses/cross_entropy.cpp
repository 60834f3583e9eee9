#include "train/losses/cross_entropy.h"

#include "graph/composition.h"
#include "graph/ops/abs.h"
#include "graph/ops/add.h"
#include "graph/ops/clip.h"
#include "graph/ops/div.h"
#include "graph/ops/equal.h"
#include "graph/ops/exp.h"
#include "graph/ops/log.h"
#include "graph/ops/maximum.h"
#include "graph/ops/mul.h"
#include "graph/ops/neg.h"
#include "graph/ops/reduce_mean.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/relu.h"
#include "graph/ops/sigmoid.h"
#include "graph/ops/softmax.h"
#include "graph/ops/softmax_cross_entropy.h"
#include "graph/ops/sub.h"

namespace mltk {
namespace {

/// max(x, 0) - x * z + log(1 + exp(-|x|)), stable for any logit x.
ValueId from_logit(Graph& graph, ValueId z, ValueId x) {
  const ValueId tail =
      ops::log(graph, ops::add(graph, ops::exp(graph, ops::neg(graph, ops::abs(graph, x))), graph.add_scalar(1)));
  return ops::add(graph, ops::sub(graph, ops::relu(graph, x), ops::mul(graph, x, z)), tail);
}

ValueId from_probability(Graph& graph, ValueId z, ValueId predictions) {
  const ValueId one = graph.add_scalar(1);
  const ValueId epsilon = graph.add_scalar(kEpsilon);
  const ValueId p = ops::clip(graph, predictions, {kEpsilon, 1 - kEpsilon});
  const ValueId hit = ops::mul(graph, z, ops::log(graph, ops::add(graph, p, epsilon)));
  const ValueId miss =
      ops::mul(graph, ops::sub(graph, one, z), ops::log(graph, ops::add(graph, ops::sub(graph, one, p), epsilon)));
  return ops::neg(graph, ops::add(graph, hit, miss));
}

}  // namespace

double argument(const LossInputs& inputs, std::string_view name, double otherwise) {
  const auto found = inputs.arguments->find(std::string(name));
  if (found == inputs.arguments->end() || found->is_null()) return otherwise;
  if (found->is_boolean()) return found->get<bool>() ? 1 : 0;
  if (!found->is_number()) fail(ErrorKind::invalid_argument, "{}={}, expected a number", name, found->dump());
  return found->get<double>();
}

ValueId cross_entropy(Graph& graph, ValueId labels, ValueId predictions, bool from_logits) {
  if (from_logits) return ops::softmax_cross_entropy(graph, predictions, labels);
  const Node* producer = graph.producer(predictions);
  if (producer != nullptr && producer->op == &softmax_def) {
    return ops::softmax_cross_entropy(graph, producer->inputs[0], labels);
  }
  const ValueId total = sum_of_last(graph, predictions, true);
  const ValueId p = ops::clip(graph, ops::div(graph, predictions, total), {kEpsilon, 1 - kEpsilon});
  return ops::neg(graph, sum_of_last(graph, ops::mul(graph, labels, ops::log(graph, p))));
}

ValueId binary_cross_entropy(Graph& graph, ValueId labels, ValueId predictions, bool from_logits) {
  if (from_logits) return from_logit(graph, labels, predictions);
  const Node* producer = graph.producer(predictions);
  if (producer != nullptr && producer->op == &sigmoid_def) return from_logit(graph, labels, producer->inputs[0]);
  return from_probability(graph, labels, predictions);
}

ValueId smooth_labels(Graph& graph, const LossInputs& inputs, ValueId labels, std::int64_t classes) {
  const auto smoothing = static_cast<float>(argument(inputs, "label_smoothing", 0));
  if (smoothing == 0) return labels;
  return ops::add(graph, ops::mul(graph, labels, graph.add_scalar(1 - smoothing)),
                  graph.add_scalar(smoothing / static_cast<float>(classes)));
}

ValueId mean_of_last(Graph& graph, ValueId x) {
  const std::size_t rank = graph.shape(x).rank();
  if (rank < 2) return x;
  return ops::reduce_mean(graph, x, {.axes = {static_cast<std::int64_t>(rank) - 1}});
}

ValueId sum_of_last(Graph& graph, ValueId x, bool keep_dims) {
  const auto last = static_cast<std::int64_t>(graph.shape(x).rank()) - 1;
  return ops::reduce_sum(graph, x, {.axes = {last}, .keep_dims = keep_dims});
}

ValueId at_least_epsilon(Graph& graph, ValueId x) { return ops::maximum(graph, x, graph.add_scalar(kEpsilon)); }

ValueId hinge_labels(Graph& graph, ValueId labels) {
  const ValueId one = graph.add_scalar(1);
  const ValueId zeros = ops::equal(graph, labels, graph.add_scalar(0));
  const ValueId others = ops::sub(graph, ops::sub(graph, one, zeros), ops::equal(graph, labels, one));
  const ValueId count = ops::reduce_sum(graph, others, {.axes = axes_from(graph.shape(labels), 0)});
  return ops::sub(graph, labels, ops::mul(graph, zeros, ops::equal(graph, count, graph.add_scalar(0))));
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
