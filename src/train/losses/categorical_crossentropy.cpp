#include "graph/ops/add.h"
#include "graph/ops/mul.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"from_logits", "label_smoothing"};

ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  ValueId labels = inputs.labels;
  const auto smoothing = static_cast<float>(argument(inputs, "label_smoothing", 0));
  if (smoothing != 0) {
    const auto classes = static_cast<float>(graph.shape(labels).back());
    labels = ops::add(graph, ops::mul(graph, labels, graph.add_scalar(1 - smoothing)),
                      graph.add_scalar(smoothing / classes));
  }
  return mean_per_sample(graph,
                         cross_entropy(graph, labels, inputs.predictions, argument(inputs, "from_logits", 0) != 0));
}

}  // namespace

extern const LossDef categorical_crossentropy_def;
const LossDef categorical_crossentropy_def = {.name = "categorical_crossentropy",
                                              .class_name = "CategoricalCrossentropy",
                                              .aliases = {},
                                              .arguments = kArguments,
                                              .build = build};

}  // namespace mltk
