
#include "train/metrics/overlap.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"num_classes"};

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  return overlap_sums(graph, inputs.labels, inputs.predictions, inputs.weights, class_count(inputs));
}

}  // namespace

extern const MetricDef mean_iou_def;
const MetricDef mean_iou_def = {.name = "mean_iou",
                                .class_name = "MeanIoU",
                                .aliases = {},
                                .arguments = kArguments,
                                .build = build,
                                .result = mean_overlap};

}  // namespace mltk
