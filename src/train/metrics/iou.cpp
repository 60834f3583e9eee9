
#include "train/metrics/overlap.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"num_classes", "target_class_ids"};

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  return overlap_sums(graph, inputs.labels, inputs.predictions, inputs.weights, class_count(inputs));
}

}  // namespace

extern const MetricDef iou_def;
const MetricDef iou_def = {
    .name = "iou", .class_name = "IoU", .aliases = {}, .arguments = kArguments, .build = build, .result = mean_overlap};

}  // namespace mltk
