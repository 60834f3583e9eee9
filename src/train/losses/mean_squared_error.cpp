#include "graph/ops/square.h"
#include "graph/ops/sub.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kAliases[] = {"mse", "MSE"};

ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const ValueId difference = ops::sub(graph, inputs.predictions, inputs.labels);
  return mean_of_last(graph, ops::square(graph, difference));
}

}  // namespace

extern const LossDef mean_squared_error_def;
const LossDef mean_squared_error_def = {.name = "mean_squared_error",
                                        .class_name = "MeanSquaredError",
                                        .aliases = kAliases,
                                        .arguments = {},

                                        .build = build};

}  // namespace mltk
