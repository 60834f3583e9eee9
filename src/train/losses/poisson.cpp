#include "graph/ops/add.h"
#include "graph/ops/log.h"
#include "graph/ops/mul.h"
#include "graph/ops/sub.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const ValueId log = ops::log(graph, ops::add(graph, inputs.predictions, graph.add_scalar(kEpsilon)));
  return mean_of_last(graph, ops::sub(graph, inputs.predictions, ops::mul(graph, inputs.labels, log)));
}

}  // namespace

extern const LossDef poisson_def;
const LossDef poisson_def = {.name = "poisson",
                             .class_name = "Poisson",
                             .aliases = {},
                             .arguments = {},

                             .build = build};

}  // namespace mltk
