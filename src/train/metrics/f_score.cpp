#include "train/metrics/f_score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "graph/ops/equal.h"
#include "graph/ops/greater.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_max.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/sub.h"

namespace mltk {

std::vector<ValueId> f_score_sums(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const Shape& shape = graph.shape(inputs.labels);
  if (shape.rank() != 2) {
    fail(ErrorKind::invalid_argument, "F scores need labels [batch, classes]; they are {}", to_string(shape));
  }
  const double threshold = argument(inputs, "threshold", std::numeric_limits<double>::quiet_NaN());
  const ValueId predicted =
      std::isnan(threshold) ? ops::equal(graph, inputs.predictions,
                                         ops::reduce_max(graph, inputs.predictions, {.axes = {1}, .keep_dims = true}))
                            : ops::greater(graph, inputs.predictions, graph.add_scalar(static_cast<float>(threshold)));
  const ValueId one = graph.add_scalar(1);
  const auto sum = [&](ValueId x) {
    return ops::reduce_sum(graph, inputs.weights.valid() ? apply_weights(graph, x, inputs.weights) : x, {.axes = {0}});
  };
  return {sum(ops::mul(graph, predicted, inputs.labels)),
          sum(ops::mul(graph, predicted, ops::sub(graph, one, inputs.labels))),
          sum(ops::mul(graph, ops::sub(graph, one, predicted), inputs.labels)), sum(inputs.labels)};
}

std::vector<double> f_score(std::span<const std::vector<double>> sums, const LossArguments& arguments, double beta) {
  const bool given = arguments.contains("average") && !arguments.at("average").is_null();
  const std::string average = given ? arguments.at("average").get<std::string>() : "none";
  if (average != "none" && average != "micro" && average != "macro" && average != "weighted") {
    fail(ErrorKind::invalid_argument, "average='{}', expected None, 'micro', 'macro' or 'weighted'", average);
  }
  const auto score = [&](double true_positives, double false_positives, double false_negatives) {
    const double precision = ratio(true_positives, true_positives + false_positives);
    const double recall = ratio(true_positives, true_positives + false_negatives);
    return ratio(precision * recall, beta * beta * precision + recall) * (1 + beta * beta);
  };
  const auto total = [](const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
  };
  if (average == "micro") return {score(total(sums[0]), total(sums[1]), total(sums[2]))};
  std::vector<double> scores;
  for (std::size_t i = 0; i < sums[0].size(); ++i) scores.push_back(score(sums[0][i], sums[1][i], sums[2][i]));
  if (average == "none") return scores;
  if (average == "macro") return {total(scores) / static_cast<double>(scores.size())};
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] *= ratio(sums[3][i], total(sums[3]));
  return {total(scores)};
}

}  // namespace mltk
