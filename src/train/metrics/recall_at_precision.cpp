
#include "train/metrics/confusion.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"precision", "num_thresholds"};

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  if (!inputs.arguments->contains("precision")) {
    fail(ErrorKind::invalid_argument, "RecallAtPrecision: the argument precision is missing");
  }
  return confusion_sums(graph, inputs, even_thresholds(*inputs.arguments));
}

std::vector<double> result(std::span<const std::vector<double>> sums, const LossArguments& arguments) {
  return best_under_constraint(sums, arguments.at("precision"), &Confusion::precision, &Confusion::recall);
}

}  // namespace

extern const MetricDef recall_at_precision_def;
const MetricDef recall_at_precision_def = {.name = "recall_at_precision",
                                           .class_name = "RecallAtPrecision",
                                           .aliases = {},
                                           .arguments = kArguments,
                                           .build = build,
                                           .result = result};

}  // namespace mltk
