
#include "graph/ops/arg_max.h"
#include "graph/ops/equal.h"
#include "graph/ops/reshape.h"
#include "train/metrics/mean.h"

namespace mltk {
namespace {

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  const ValueId predicted = ops::arg_max(graph, inputs.predictions);
  const ValueId labels = ops::reshape(graph, inputs.labels, graph.shape(predicted));
  return mean_sums(graph, ops::equal(graph, labels, predicted), inputs.weights);
}

}  // namespace

extern const MetricDef sparse_categorical_accuracy_def;
const MetricDef sparse_categorical_accuracy_def = {.name = "sparse_categorical_accuracy",
                                                   .class_name = "SparseCategoricalAccuracy",
                                                   .aliases = {},
                                                   .arguments = {},
                                                   .build = build,
                                                   .result = mean_result};

}  // namespace mltk
