#include "graph/ops/clip.h"
#include "graph/ops/div.h"
#include "graph/ops/log.h"
#include "graph/ops/mul.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kAliases[] = {"kullback_leibler_divergence", "kld", "KLD"};

ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const ValueId labels = ops::clip(graph, inputs.labels, {kEpsilon, 1});
  const ValueId predictions = ops::clip(graph, inputs.predictions, {kEpsilon, 1});
  return sum_of_last(graph, ops::mul(graph, labels, ops::log(graph, ops::div(graph, labels, predictions))));
}

}  // namespace

extern const LossDef kl_divergence_def;
const LossDef kl_divergence_def = {.name = "kl_divergence",
                                   .class_name = "KLDivergence",
                                   .aliases = kAliases,
                                   .arguments = {},

                                   .build = build};

}  // namespace mltk
