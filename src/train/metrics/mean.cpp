#include "train/metrics/mean.h"

#include "graph/composition.h"
#include "graph/ops/batch_size.h"
#include "graph/ops/broadcast.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/reshape.h"

namespace mltk {
namespace {

ValueId sum_all(Graph& graph, ValueId x) { return ops::reduce_sum(graph, x, {.axes = axes_from(graph.shape(x), 0)}); }

}  // namespace

std::vector<ValueId> mean_sums(Graph& graph, ValueId values, ValueId weights) {
  if (!weights.valid()) {
    const auto each = static_cast<float>(graph.shape(values).elements());
    return {sum_all(graph, values), ops::mul(graph, ops::batch_size(graph, values), graph.add_scalar(each))};
  }
  const ValueId ones = ops::broadcast(graph, graph.add_scalar(1), graph.shape(values));
  return {sum_all(graph, apply_weights(graph, values, weights)), sum_all(graph, apply_weights(graph, ones, weights))};
}

std::vector<double> mean_result(std::span<const std::vector<double>> sums, const LossArguments&) {
  return {ratio(sums[0][0], sums[1][0])};
}

double ratio(double a, double b) { return b == 0 ? 0 : a / b; }

}  // namespace mltk
