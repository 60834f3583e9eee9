#include "graph/composition.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"from_logits", "label_smoothing", "axis"};

ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const auto axis = static_cast<std::int64_t>(argument(inputs, "axis", -1));
  const ValueId labels = smooth_labels(graph, inputs, inputs.labels, 2);
  const bool from_logits = argument(inputs, "from_logits", 0) != 0;
  return mean_of_last(graph,
                      axis_to_end(graph, binary_cross_entropy(graph, labels, inputs.predictions, from_logits), axis));
}

}  // namespace

extern const LossDef binary_crossentropy_def;
const LossDef binary_crossentropy_def = {.name = "binary_crossentropy",
                                         .class_name = "BinaryCrossentropy",
                                         .aliases = {},
                                         .arguments = kArguments,

                                         .build = build};

}  // namespace mltk
