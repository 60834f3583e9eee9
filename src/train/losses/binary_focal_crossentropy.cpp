#include "graph/composition.h"
#include "graph/ops/add.h"
#include "graph/ops/mul.h"
#include "graph/ops/power.h"
#include "graph/ops/sigmoid.h"
#include "graph/ops/sub.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"apply_class_balancing", "alpha",           "gamma",
                                           "from_logits",           "label_smoothing", "axis"};

// Lin et al. 2017: cross-entropy times (1 - p)^gamma, p the probability given to the right class.
ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const ValueId one = graph.add_scalar(1);
  const ValueId labels = smooth_labels(graph, inputs, inputs.labels, 2);
  const bool from_logits = argument(inputs, "from_logits", 0) != 0;
  const ValueId entropy = binary_cross_entropy(graph, labels, inputs.predictions, from_logits);
  const ValueId p = from_logits ? ops::sigmoid(graph, inputs.predictions) : inputs.predictions;
  const auto blend = [&](ValueId positive, ValueId negative) {
    return ops::add(graph, ops::mul(graph, labels, positive), ops::mul(graph, ops::sub(graph, one, labels), negative));
  };
  const ValueId wrong = ops::sub(graph, one, blend(p, ops::sub(graph, one, p)));
  ValueId loss = ops::mul(graph, ops::power(graph, wrong, {static_cast<float>(argument(inputs, "gamma", 2))}), entropy);
  if (argument(inputs, "apply_class_balancing", 0) != 0) {
    const auto alpha = static_cast<float>(argument(inputs, "alpha", 0.25));
    loss = ops::mul(graph, loss, blend(graph.add_scalar(alpha), graph.add_scalar(1 - alpha)));
  }
  return mean_of_last(graph, axis_to_end(graph, loss, static_cast<std::int64_t>(argument(inputs, "axis", -1))));
}

}  // namespace

extern const LossDef binary_focal_crossentropy_def;
const LossDef binary_focal_crossentropy_def = {.name = "binary_focal_crossentropy",
                                               .class_name = "BinaryFocalCrossentropy",
                                               .aliases = {},
                                               .arguments = kArguments,

                                               .build = build};

}  // namespace mltk
