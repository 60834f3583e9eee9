#include "graph/ops/add.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_max.h"
#include "graph/ops/relu.h"
#include "graph/ops/sub.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const ValueId one = graph.add_scalar(1);
  const ValueId right = sum_of_last(graph, ops::mul(graph, inputs.labels, inputs.predictions));
  const ValueId others = ops::mul(graph, ops::sub(graph, one, inputs.labels), inputs.predictions);
  const auto last = static_cast<std::int64_t>(graph.shape(others).rank()) - 1;
  const ValueId wrong = ops::reduce_max(graph, others, {.axes = {last}});
  return ops::relu(graph, ops::add(graph, ops::sub(graph, wrong, right), one));
}

}  // namespace

extern const LossDef categorical_hinge_def;
const LossDef categorical_hinge_def = {.name = "categorical_hinge",
                                       .class_name = "CategoricalHinge",
                                       .aliases = {},
                                       .arguments = {},

                                       .build = build};

}  // namespace mltk
