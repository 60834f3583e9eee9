#include <cmath>

#include "graph/ops/square.h"
#include "graph/ops/sub.h"
#include "train/metrics/mean.h"

namespace mltk {
namespace {

std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  return mean_sums(graph, ops::square(graph, ops::sub(graph, inputs.predictions, inputs.labels)), inputs.weights);
}

std::vector<double> result(std::span<const std::vector<double>> sums, const LossArguments&) {
  return {std::sqrt(ratio(sums[0][0], sums[1][0]))};
}

}  // namespace

extern const MetricDef root_mean_squared_error_def;
const MetricDef root_mean_squared_error_def = {.name = "root_mean_squared_error",
                                               .class_name = "RootMeanSquaredError",
                                               .aliases = {},
                                               .arguments = {},
                                               .build = build,
                                               .result = result};

}  // namespace mltk
