
#include "graph/ops/arg_max.h"
#include "train/metrics/overlap.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"num_classes"};

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  return overlap_sums(graph, ops::arg_max(graph, inputs.labels), ops::arg_max(graph, inputs.predictions),
                      inputs.weights, class_count(inputs));
}

}  // namespace

extern const MetricDef one_hot_mean_iou_def;
const MetricDef one_hot_mean_iou_def = {.name = "one_hot_mean_iou",
                                        .class_name = "OneHotMeanIoU",
                                        .aliases = {},
                                        .arguments = kArguments,
                                        .build = build,
                                        .result = mean_overlap};

}  // namespace mltk
