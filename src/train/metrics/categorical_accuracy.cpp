#include "graph/ops/arg_max.h"
#include "graph/ops/equal.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  return mean_per_sample(
      graph, ops::equal(graph, ops::arg_max(graph, inputs.labels), ops::arg_max(graph, inputs.predictions)));
}

}  // namespace

extern const MetricDef categorical_accuracy_def;
const MetricDef categorical_accuracy_def = {.name = "categorical_accuracy",
                                            .class_name = "CategoricalAccuracy",
                                            .aliases = {},
                                            .arguments = {},
                                            .build = build};

}  // namespace mltk
