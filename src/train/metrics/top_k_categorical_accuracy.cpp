
#include "graph/ops/arg_max.h"
#include "train/metrics/top_k.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"k"};

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const ValueId hit = in_top_k(graph, ops::arg_max(graph, inputs.labels), inputs.predictions, argument(inputs, "k", 5));
  return mean_sums(graph, hit, inputs.weights);
}

}  // namespace

extern const MetricDef top_k_categorical_accuracy_def;
const MetricDef top_k_categorical_accuracy_def = {.name = "top_k_categorical_accuracy",
                                                  .class_name = "TopKCategoricalAccuracy",
                                                  .aliases = {},
                                                  .arguments = kArguments,
                                                  .build = build,
                                                  .result = mean_result};

}  // namespace mltk
