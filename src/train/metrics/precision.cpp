
#include "train/metrics/confusion.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"thresholds", "top_k", "class_id"};

std::vector<double> result(std::span<const std::vector<double>> sums, const LossArguments&) {
  return for_each_threshold(sums, [](const Confusion& confusion) { return confusion.precision(); });
}

}  // namespace

extern const MetricDef precision_def;
const MetricDef precision_def = {.name = "precision",
                                 .class_name = "Precision",
                                 .aliases = {},
                                 .arguments = kArguments,
                                 .build = thresholded_sums,
                                 .result = result};

}  // namespace mltk
