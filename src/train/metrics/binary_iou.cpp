
#include "graph/ops/greater.h"
#include "graph/ops/sub.h"
#include "train/metrics/overlap.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"target_class_ids", "threshold"};

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const auto threshold = static_cast<float>(argument(inputs, "threshold", 0.5));
  // 1 for scores of the threshold and above.
  const ValueId below = ops::greater(graph, graph.add_scalar(threshold), inputs.predictions);
  const ValueId predicted = ops::sub(graph, graph.add_scalar(1), below);
  return overlap_sums(graph, inputs.labels, predicted, inputs.weights, 2);
}

}  // namespace

extern const MetricDef binary_iou_def;
const MetricDef binary_iou_def = {.name = "binary_iou",
                                  .class_name = "BinaryIoU",
                                  .aliases = {},
                                  .arguments = kArguments,
                                  .build = build,
                                  .result = mean_overlap};

}  // namespace mltk
