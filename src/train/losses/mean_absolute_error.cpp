#include "graph/ops/abs.h"
#include "graph/ops/sub.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kAliases[] = {"mae", "MAE"};

ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const ValueId difference = ops::sub(graph, inputs.predictions, inputs.labels);
  return mean_of_last(graph, ops::abs(graph, difference));
}

}  // namespace

extern const LossDef mean_absolute_error_def;
const LossDef mean_absolute_error_def = {.name = "mean_absolute_error",
                                         .class_name = "MeanAbsoluteError",
                                         .aliases = kAliases,
                                         .arguments = {},

                                         .build = build};

}  // namespace mltk
