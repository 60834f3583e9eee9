
#include "train/metrics/confusion.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"sensitivity", "num_thresholds"};

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  if (!inputs.arguments->contains("sensitivity")) {
    fail(ErrorKind::invalid_argument, "SpecificityAtSensitivity: the argument sensitivity is missing");
  }
  return confusion_sums(graph, inputs, even_thresholds(*inputs.arguments));
}

std::vector<double> result(std::span<const std::vector<double>> sums, const LossArguments& arguments) {
  return best_under_constraint(sums, arguments.at("sensitivity"), &Confusion::recall, &Confusion::specificity);
}

}  // namespace

extern const MetricDef specificity_at_sensitivity_def;
const MetricDef specificity_at_sensitivity_def = {.name = "specificity_at_sensitivity",
                                                  .class_name = "SpecificityAtSensitivity",
                                                  .aliases = {},
                                                  .arguments = kArguments,
                                                  .build = build,
                                                  .result = result};

}  // namespace mltk
