
#include "graph/ops/arg_max.h"
#include "graph/ops/equal.h"
#include "train/metrics/mean.h"

namespace mltk {
namespace {

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const ValueId hit = ops::equal(graph, ops::arg_max(graph, inputs.labels), ops::arg_max(graph, inputs.predictions));
  return mean_sums(graph, hit, inputs.weights);
}

}  // namespace

extern const MetricDef categorical_accuracy_def;
const MetricDef categorical_accuracy_def = {.name = "categorical_accuracy",
                                            .class_name = "CategoricalAccuracy",
                                            .aliases = {},
                                            .arguments = {},
                                            .build = build,
                                            .result = mean_result};

}  // namespace mltk
