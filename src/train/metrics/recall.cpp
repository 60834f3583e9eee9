
#include "train/metrics/confusion.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"thresholds", "top_k", "class_id"};

std::vector<double> result(std::span<const std::vector<double>> sums, const LossArguments&) {
  return for_each_threshold(sums, [](const Confusion& confusion) { return confusion.recall(); });
}

}  // namespace

extern const MetricDef recall_def;
const MetricDef recall_def = {.name = "recall",
                              .class_name = "Recall",
                              .aliases = {},
                              .arguments = kArguments,
                              .build = thresholded_sums,
                              .result = result};

}  // namespace mltk
