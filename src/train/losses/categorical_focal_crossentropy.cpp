#include "graph/composition.h"
#include "graph/ops/clip.h"
#include "graph/ops/div.h"
#include "graph/ops/log.h"
#include "graph/ops/mul.h"
#include "graph/ops/neg.h"
#include "graph/ops/power.h"
#include "graph/ops/softmax.h"
#include "graph/ops/sub.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"alpha", "gamma", "from_logits", "label_smoothing", "axis"};

// Lin et al. 2017: cross-entropy of each class times alpha * (1 - p)^gamma.
ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const auto axis = static_cast<std::int64_t>(argument(inputs, "axis", -1));
  const ValueId given = axis_to_end(graph, inputs.labels, axis);
  const ValueId labels = smooth_labels(graph, inputs, given, graph.shape(given).back());
  ValueId p = axis_to_end(graph, inputs.predictions, axis);
  if (argument(inputs, "from_logits", 0) != 0) p = ops::softmax(graph, p);
  p = ops::clip(graph, ops::div(graph, p, sum_of_last(graph, p, true)), {kEpsilon, 1 - kEpsilon});
  const ValueId entropy = ops::neg(graph, ops::mul(graph, labels, ops::log(graph, p)));
  const auto gamma = static_cast<float>(argument(inputs, "gamma", 2));
  const ValueId factor = ops::mul(graph, ops::power(graph, ops::sub(graph, graph.add_scalar(1), p), {gamma}),
                                  graph.add_scalar(static_cast<float>(argument(inputs, "alpha", 0.25))));
  return sum_of_last(graph, ops::mul(graph, factor, entropy));
}

}  // namespace

extern const LossDef categorical_focal_crossentropy_def;
const LossDef categorical_focal_crossentropy_def = {.name = "categorical_focal_crossentropy",
                                                    .class_name = "CategoricalFocalCrossentropy",
                                                    .aliases = {},
                                                    .arguments = kArguments,

                                                    .build = build};

}  // namespace mltk
