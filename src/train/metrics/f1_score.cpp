
#include "train/metrics/f_score.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"average", "threshold"};

std::vector<double> result(std::span<const std::vector<double>> sums, const LossArguments& arguments) {
  return f_score(sums, arguments, 1);
}

}  // namespace

extern const MetricDef f1_score_def;
const MetricDef f1_score_def = {.name = "f1_score",
                                .class_name = "F1Score",
                                .aliases = {},
                                .arguments = kArguments,
                                .build = f_score_sums,
                                .result = result};

}  // namespace mltk
