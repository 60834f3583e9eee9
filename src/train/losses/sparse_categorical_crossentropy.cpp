#include "graph/ops/clip.h"
#include "graph/ops/log.h"
#include "graph/ops/one_hot.h"
#include "graph/ops/reshape.h"
#include "graph/ops/softmax.h"
#include "graph/ops/softmax_cross_entropy.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"from_logits"};

ValueId build(Graph& graph, const LossInputs& inputs) {
  const Shape& predictions = graph.shape(inputs.predictions);
  const Shape indices(std::span(predictions.begin(), predictions.end() - 1));
  if (graph.shape(inputs.labels).elements() != indices.elements()) {
    fail(
        ErrorKind::invalid_argument,
        "the labels are {}, but sparse_categorical_crossentropy takes one class number for each of {}; for one value a "
        "class use categorical_crossentropy",
        to_string(graph.shape(inputs.labels)), to_string(indices));
  }
  const ValueId labels =
      ops::one_hot(graph, ops::reshape(graph, inputs.labels, indices), {.depth = predictions.back()});
  const bool from_logits = argument(inputs, "from_logits", 0) != 0;
  const Node* producer = graph.producer(inputs.predictions);
  if (from_logits || (producer != nullptr && producer->op == &softmax_def)) {
    return mean_per_sample(graph, cross_entropy(graph, labels, inputs.predictions, from_logits));
  }
  // Unlike the categorical loss, Keras does not divide probabilities by their sum before it clips them.
  const ValueId clipped = ops::clip(graph, inputs.predictions, {kEpsilon, 1 - kEpsilon});
  return mean_per_sample(graph, ops::softmax_cross_entropy(graph, ops::log(graph, clipped), labels));
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
