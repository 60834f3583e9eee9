
#include "train/metrics/confusion.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"thresholds"};

std::vector<double> result(std::span<const std::vector<double>> sums, const LossArguments&) {
  return for_each_threshold(sums, [](const Confusion& confusion) { return confusion.true_negatives; });
}

}  // namespace

extern const MetricDef true_negatives_def;
const MetricDef true_negatives_def = {.name = "true_negatives",
                                      .class_name = "TrueNegatives",
                                      .aliases = {},
                                      .arguments = kArguments,
                                      .build = thresholded_sums,
                                      .result = result};

}  // namespace mltk
