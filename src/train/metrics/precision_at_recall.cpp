
#include "train/metrics/confusion.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"recall", "num_thresholds"};

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  if (!inputs.arguments->contains("recall")) {
    fail(ErrorKind::invalid_argument, "PrecisionAtRecall: the argument recall is missing");
  }
  return confusion_sums(graph, inputs, even_thresholds(*inputs.arguments));
}

std::vector<double> result(std::span<const std::vector<double>> sums, const LossArguments& arguments) {
  return best_under_constraint(sums, arguments.at("recall"), &Confusion::recall, &Confusion::precision);
}

}  // namespace

extern const MetricDef precision_at_recall_def;
const MetricDef precision_at_recall_def = {.name = "precision_at_recall",
                                           .class_name = "PrecisionAtRecall",
                                           .aliases = {},
                                           .arguments = kArguments,
                                           .build = build,
                                           .result = result};

}  // namespace mltk
