
#include "train/metrics/confusion.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"specificity", "num_thresholds"};

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  if (!inputs.arguments->contains("specificity")) {
    fail(ErrorKind::invalid_argument, "SensitivityAtSpecificity: the argument specificity is missing");
  }
  return confusion_sums(graph, inputs, even_thresholds(*inputs.arguments));
}

std::vector<double> result(std::span<const std::vector<double>> sums, const LossArguments& arguments) {
  return best_under_constraint(sums, arguments.at("specificity"), &Confusion::specificity, &Confusion::recall);
}

}  // namespace

extern const MetricDef sensitivity_at_specificity_def;
const MetricDef sensitivity_at_specificity_def = {.name = "sensitivity_at_specificity",
                                                  .class_name = "SensitivityAtSpecificity",
                                                  .aliases = {},
                                                  .arguments = kArguments,
                                                  .build = build,
                                                  .result = result};

}  // namespace mltk
