#include "graph/ops/abs.h"
#include "graph/ops/add.h"
#include "graph/ops/clip.h"
#include "graph/ops/exp.h"
#include "graph/ops/log.h"
#include "graph/ops/mul.h"
#include "graph/ops/neg.h"
#include "graph/ops/relu.h"
#include "graph/ops/sigmoid.h"
#include "graph/ops/sub.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"from_logits", "label_smoothing"};

/// max(x, 0) - x * z + log(1 + exp(-|x|)), stable for any logit x.
ValueId from_logits(Graph& graph, ValueId z, ValueId x) {
  const ValueId tail =
      ops::log(graph, ops::add(graph, ops::exp(graph, ops::neg(graph, ops::abs(graph, x))), graph.add_scalar(1)));
  return ops::add(graph, ops::sub(graph, ops::relu(graph, x), ops::mul(graph, x, z)), tail);
}

/// -(z * log(p + e) + (1 - z) * log(1 - p + e)), p clipped.
ValueId from_probabilities(Graph& graph, ValueId z, ValueId predictions) {
  const ValueId one = graph.add_scalar(1);
  const ValueId epsilon = graph.add_scalar(kEpsilon);
  const ValueId p = ops::clip(graph, predictions, {kEpsilon, 1 - kEpsilon});
  const ValueId hit = ops::mul(graph, z, ops::log(graph, ops::add(graph, p, epsilon)));
  const ValueId miss =
      ops::mul(graph, ops::sub(graph, one, z), ops::log(graph, ops::add(graph, ops::sub(graph, one, p), epsilon)));
  return ops::neg(graph, ops::add(graph, hit, miss));
}

ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  ValueId labels = inputs.labels;
  const auto smoothing = static_cast<float>(argument(inputs, "label_smoothing", 0));
  if (smoothing != 0) {
    labels = ops::add(graph, ops::mul(graph, labels, graph.add_scalar(1 - smoothing)), graph.add_scalar(smoothing / 2));
  }
  if (argument(inputs, "from_logits", 0) != 0)
    return mean_per_sample(graph, from_logits(graph, labels, inputs.predictions));
  const Node* producer = graph.producer(inputs.predictions);
  if (producer != nullptr && producer->op == &sigmoid_def) {
    return mean_per_sample(graph, from_logits(graph, labels, producer->inputs[0]));
  }
  return mean_per_sample(graph, from_probabilities(graph, labels, inputs.predictions));
}

}  // namespace

extern const LossDef binary_crossentropy_def;
const LossDef binary_crossentropy_def = {.name = "binary_crossentropy",
                                         .class_name = "BinaryCrossentropy",
                                         .aliases = {},
                                         .arguments = kArguments,
                                         .build = build};

}  // namespace mltk
