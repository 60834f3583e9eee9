#include "graph/ops/abs.h"
#include "graph/ops/div.h"
#include "graph/ops/mul.h"
#include "graph/ops/sub.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kAliases[] = {"mape", "MAPE"};

ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const ValueId difference = ops::sub(graph, inputs.predictions, inputs.labels);
  const ValueId size = at_least_epsilon(graph, ops::abs(graph, inputs.labels));
  const ValueId share = ops::abs(graph, ops::div(graph, difference, size));
  return ops::mul(graph, mean_of_last(graph, share), graph.add_scalar(100));
}

}  // namespace

extern const LossDef mean_absolute_percentage_error_def;
const LossDef mean_absolute_percentage_error_def = {.name = "mean_absolute_percentage_error",
                                                    .class_name = "MeanAbsolutePercentageError",
                                                    .aliases = kAliases,
                                                    .arguments = {},

                                                    .build = build};

}  // namespace mltk
