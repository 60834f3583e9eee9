#include <cmath>
#include <limits>

#include "graph/composition.h"
#include "graph/ops/batch_size.h"
#include "graph/ops/clip.h"
#include "graph/ops/div.h"
#include "graph/ops/equal.h"
#include "graph/ops/log.h"
#include "graph/ops/mul.h"
#include "graph/ops/one_hot.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/reshape.h"
#include "graph/ops/softmax.h"
#include "graph/ops/softmax_cross_entropy.h"
#include "graph/ops/sub.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"from_logits", "ignore_class", "axis"};

ValueId of_classes(Graph& graph, const LossInputs& inputs, ValueId classes) {
  const Shape& predictions = graph.shape(inputs.predictions);
  const ValueId labels = ops::one_hot(graph, classes, {.depth = predictions.back()});
  const bool from_logits = argument(inputs, "from_logits", 0) != 0;
  const Node* producer = graph.producer(inputs.predictions);
  if (from_logits || (producer != nullptr && producer->op == &softmax_def)) {
    return cross_entropy(graph, labels, inputs.predictions, from_logits);
  }
  // Unlike the categorical loss, Keras does not divide probabilities by their sum before it clips them.
  const ValueId clipped = ops::clip(graph, inputs.predictions, {kEpsilon, 1 - kEpsilon});
  return ops::softmax_cross_entropy(graph, ops::log(graph, clipped), labels);
}

ValueId build(Graph& graph, const LossInputs& inputs) {
  const Shape& predictions = graph.shape(inputs.predictions);
  if (resolve_axis(predictions, static_cast<std::int64_t>(argument(inputs, "axis", -1))) + 1 !=
      static_cast<std::int64_t>(predictions.rank())) {
    fail(ErrorKind::unsupported, "sparse_categorical_crossentropy(axis=...) other than the last axis is not supported");
  }
  const Shape indices(std::span(predictions.begin(), predictions.end() - 1));
  if (graph.shape(inputs.labels).elements() != indices.elements()) {
    fail(
        ErrorKind::invalid_argument,
        "the labels are {}, but sparse_categorical_crossentropy takes one class number for each of {}; for one value a "
        "class use categorical_crossentropy",
        to_string(graph.shape(inputs.labels)), to_string(indices));
  }
  const ValueId classes = ops::reshape(graph, inputs.labels, indices);
  const double ignored = argument(inputs, "ignore_class", std::numeric_limits<double>::quiet_NaN());
  if (std::isnan(ignored)) return of_classes(graph, inputs, classes);

  // Samples of the ignored class count 0, and the mean is that of the others in the batch.
  const ValueId skipped = ops::equal(graph, classes, graph.add_scalar(static_cast<float>(ignored)));
  const ValueId valid = ops::sub(graph, graph.add_scalar(1), skipped);
  const ValueId losses = of_classes(graph, inputs, ops::mul(graph, classes, valid));
  const ValueId count = ops::reduce_sum(graph, valid, {.axes = axes_from(indices, 0)});
  const ValueId all =
      ops::mul(graph, ops::batch_size(graph, classes), graph.add_scalar(static_cast<float>(indices.elements())));
  return ops::mul(graph, ops::mul(graph, losses, valid), ops::div(graph, all, at_least_epsilon(graph, count)));
}

}  // namespace

extern const LossDef sparse_categorical_crossentropy_def;
const LossDef sparse_categorical_crossentropy_def = {.name = "sparse_categorical_crossentropy",
                                                     .class_name = "SparseCategoricalCrossentropy",
                                                     .aliases = {},
                                                     .arguments = kArguments,
                                                     .sparse_labels = true,
                                                     .build = build};

}  // namespace mltk
