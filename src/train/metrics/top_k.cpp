#include "train/metrics/top_k.h"

#include "graph/ops/greater.h"
#include "graph/ops/mul.h"
#include "graph/ops/one_hot.h"

namespace mltk {

ValueId in_top_k(Graph& graph, ValueId labels, ValueId predictions, double k) {
  const ValueId right = ops::one_hot(graph, labels, {.depth = graph.shape(predictions).back()});
  const ValueId score = sum_of_last(graph, ops::mul(graph, right, predictions), true);
  const ValueId above = sum_of_last(graph, ops::greater(graph, predictions, score));
  return ops::greater(graph, graph.add_scalar(static_cast<float>(k)), above);
}

}  // namespace mltk
