
#include "graph/composition.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_sum.h"
#include "train/metrics/mean.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"axis"};

// The cosine of the angle between labels and predictions; the loss of the same name is its negative.
std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const auto axis = static_cast<std::int64_t>(argument(inputs, "axis", -1));
  const ValueId labels = l2_normalize(graph, inputs.labels, axis);
  const ValueId product = ops::mul(graph, labels, l2_normalize(graph, inputs.predictions, axis));
  const ValueId cosine = ops::reduce_sum(graph, product, {.axes = {resolve_axis(graph.shape(product), axis)}});
  return mean_sums(graph, cosine, inputs.weights);
}

}  // namespace

extern const MetricDef cosine_of_angle_def;
const MetricDef cosine_of_angle_def = {.name = "cosine_similarity",
                                       .class_name = "CosineSimilarity",
                                       .aliases = {},
                                       .arguments = kArguments,
                                       .build = build,
                                       .result = mean_result};

}  // namespace mltk
