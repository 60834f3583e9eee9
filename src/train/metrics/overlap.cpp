#include "train/metrics/overlap.h"

#include <cmath>
#include <numeric>

#include "graph/ops/matmul.h"
#include "graph/ops/one_hot.h"
#include "graph/ops/reshape.h"

namespace mltk {

std::vector<ValueId> overlap_sums(Graph& graph, ValueId labels, ValueId predictions, ValueId weights,
                                  std::int64_t classes) {
  const Shape flat{kBatch, graph.shape(labels).elements()};
  ValueId rows = ops::one_hot(graph, ops::reshape(graph, labels, flat), {.depth = classes});
  const ValueId columns = ops::one_hot(graph, ops::reshape(graph, predictions, flat), {.depth = classes});
  if (weights.valid()) rows = apply_weights(graph, rows, weights);
  return {ops::matmul(graph, rows, columns, {.transpose_a = true})};
}

std::vector<double> mean_overlap(std::span<const std::vector<double>> sums, const LossArguments& arguments) {
  const std::vector<double>& matrix = sums[0];
  const auto classes = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(matrix.size()))));
  std::vector<std::size_t> targets(classes);
  std::iota(targets.begin(), targets.end(), std::size_t{0});
  if (arguments.contains("target_class_ids"))
    targets = arguments.at("target_class_ids").get<std::vector<std::size_t>>();
  double total = 0;
  double valid = 0;
  for (const std::size_t target : targets) {
    if (target >= classes) {
      fail(ErrorKind::invalid_argument, "target_class_ids has class {}, but there are {}", target, classes);
    }
    double united = -matrix[target * classes + target];
    for (std::size_t i = 0; i < classes; ++i) united += matrix[target * classes + i] + matrix[i * classes + target];
    if (united == 0) continue;
    total += matrix[target * classes + target] / united;
    ++valid;
  }
  return {ratio(total, valid)};
}

std::int64_t class_count(const LossInputs& inputs) {
  const auto classes = static_cast<std::int64_t>(argument(inputs, "num_classes", 0));
  if (classes < 1) fail(ErrorKind::invalid_argument, "num_classes is missing or below 1");
  return classes;
}

}  // namespace mltk
