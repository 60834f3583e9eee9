
#include "graph/ops/broadcast.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/square.h"
#include "graph/ops/sub.h"
#include "train/metrics/mean.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"class_aggregation", "num_regressors"};

// How much of the variance of each output the model explains.
std::vector<ValueId> build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const Shape& shape = graph.shape(inputs.labels);
  if (shape.rank() != 2) {
    fail(ErrorKind::invalid_argument, "R2Score needs labels [batch, outputs]; they are {}", to_string(shape));
  }
  const auto sum = [&](ValueId x) {
    return ops::reduce_sum(graph, inputs.weights.valid() ? apply_weights(graph, x, inputs.weights) : x, {.axes = {0}});
  };
  const ValueId error = ops::square(graph, ops::sub(graph, inputs.labels, inputs.predictions));
  const ValueId ones = ops::broadcast(graph, graph.add_scalar(1), shape);
  return {sum(ops::square(graph, inputs.labels)), sum(inputs.labels), sum(error), sum(ones)};
}

std::vector<double> result(std::span<const std::vector<double>> sums, const LossArguments& arguments) {
  const std::size_t outputs = sums[0].size();
  const std::string aggregation = arguments.contains("class_aggregation") && arguments.at("class_aggregation").is_null()
                                      ? "none"
                                      : arguments.value("class_aggregation", "uniform_average");
  std::vector<double> scores(outputs);
  std::vector<double> variances(outputs);
  for (std::size_t i = 0; i < outputs; ++i) {
    variances[i] = sums[0][i] - sums[1][i] * ratio(sums[1][i], sums[3][i]);
    scores[i] = variances[i] == 0 ? 0 : 1 - sums[2][i] / variances[i];
  }
  if (aggregation == "none") return scores;
  if (aggregation != "uniform_average" && aggregation != "variance_weighted_average") {
    fail(ErrorKind::invalid_argument,
         "class_aggregation='{}', expected None, 'uniform_average' or 'variance_weighted_average'", aggregation);
  }
  double total = 0;
  double weight = 0;
  for (std::size_t i = 0; i < outputs; ++i) {
    const double own = aggregation == "uniform_average" ? 1 : variances[i];
    total += own * scores[i];
    weight += own;
  }
  const double score = ratio(total, weight);
  const double regressors = arguments.value("num_regressors", 0.0);
  if (regressors == 0) return {score};
  const double samples = sums[3][0];
  return {1 - (1 - score) * (samples - 1) / (samples - regressors - 1)};
}

}  // namespace

extern const MetricDef r2_score_def;
const MetricDef r2_score_def = {.name = "r2_score",
                                .class_name = "R2Score",
                                .aliases = {},
                                .arguments = kArguments,
                                .build = build,
                                .result = result};

}  // namespace mltk
