
#include "graph/ops/equal.h"
#include "graph/ops/greater.h"
#include "train/metrics/mean.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"threshold"};

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const auto threshold = static_cast<float>(argument(inputs, "threshold", 0.5));
  const ValueId predicted = ops::greater(graph, inputs.predictions, graph.add_scalar(threshold));
  return mean_sums(graph, mean_of_last(graph, ops::equal(graph, inputs.labels, predicted)), inputs.weights);
}

}  // namespace

extern const MetricDef binary_accuracy_def;
const MetricDef binary_accuracy_def = {.name = "binary_accuracy",
                                       .class_name = "BinaryAccuracy",
                                       .aliases = {},
                                       .arguments = kArguments,
                                       .build = build,
                                       .result = mean_result};

}  // namespace mltk
