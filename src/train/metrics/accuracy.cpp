
#include "graph/ops/equal.h"
#include "train/metrics/mean.h"

namespace mltk {
namespace {

// The share of predictions that equal their labels; the string "accuracy" stands for one of three other metrics.
std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  return mean_sums(graph, ops::equal(graph, inputs.labels, inputs.predictions), inputs.weights);
}

}  // namespace

extern const MetricDef accuracy_def;
const MetricDef accuracy_def = {.name = "accuracy",
                                .class_name = "Accuracy",
                                .aliases = {},
                                .arguments = {},
                                .build = build,
                                .result = mean_result};

}  // namespace mltk
