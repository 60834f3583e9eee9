#include "graph/composition.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"from_logits", "label_smoothing", "axis"};

ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const auto axis = static_cast<std::int64_t>(argument(inputs, "axis", -1));
  const ValueId given = axis_to_end(graph, inputs.labels, axis);
  const ValueId labels = smooth_labels(graph, inputs, given, graph.shape(given).back());
  return cross_entropy(graph, labels, axis_to_end(graph, inputs.predictions, axis),
                       argument(inputs, "from_logits", 0) != 0);
}

}  // namespace

extern const LossDef categorical_crossentropy_def;
const LossDef categorical_crossentropy_def = {.name = "categorical_crossentropy",
                                              .class_name = "CategoricalCrossentropy",
                                              .aliases = {},
                                              .arguments = kArguments,

                                              .build = build};

}  // namespace mltk
