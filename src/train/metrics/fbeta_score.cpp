
#include "train/metrics/f_score.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"average", "beta", "threshold"};

std::vector<double> result(std::span<const std::vector<double>> sums, const LossArguments& arguments) {
  return f_score(sums, arguments, arguments.value("beta", 1.0));
}

}  // namespace

extern const MetricDef fbeta_score_def;
const MetricDef fbeta_score_def = {.name = "fbeta_score",
                                   .class_name = "FBetaScore",
                                   .aliases = {},
                                   .arguments = kArguments,
                                   .build = f_score_sums,
                                   .result = result};

}  // namespace mltk
