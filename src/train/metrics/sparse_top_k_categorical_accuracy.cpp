
#include "graph/ops/reshape.h"
#include "train/metrics/top_k.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"k"};

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  const Shape& predictions = graph.shape(inputs.predictions);
  const Shape indices(std::span(predictions.begin(), predictions.end() - 1));
  const ValueId labels = ops::reshape(graph, inputs.labels, indices);
  return mean_sums(graph, in_top_k(graph, labels, inputs.predictions, argument(inputs, "k", 5)), inputs.weights);
}

}  // namespace

extern const MetricDef sparse_top_k_categorical_accuracy_def;
const MetricDef sparse_top_k_categorical_accuracy_def = {.name = "sparse_top_k_categorical_accuracy",
                                                         .class_name = "SparseTopKCategoricalAccuracy",
                                                         .aliases = {},
                                                         .arguments = kArguments,
                                                         .build = build,
                                                         .result = mean_result};

}  // namespace mltk
