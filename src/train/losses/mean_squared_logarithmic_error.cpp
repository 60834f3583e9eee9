#include "graph/ops/add.h"
#include "graph/ops/log.h"
#include "graph/ops/square.h"
#include "graph/ops/sub.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kAliases[] = {"msle", "MSLE"};

ValueId log_of_next(Graph& graph, ValueId x) {
  return ops::log(graph, ops::add(graph, at_least_epsilon(graph, x), graph.add_scalar(1)));
}

ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const ValueId difference = ops::sub(graph, log_of_next(graph, inputs.predictions), log_of_next(graph, inputs.labels));
  return mean_of_last(graph, ops::square(graph, difference));
}

}  // namespace

extern const LossDef mean_squared_logarithmic_error_def;
const LossDef mean_squared_logarithmic_error_def = {.name = "mean_squared_logarithmic_error",
                                                    .class_name = "MeanSquaredLogarithmicError",
                                                    .aliases = kAliases,
                                                    .arguments = {},

                                                    .build = build};

}  // namespace mltk
