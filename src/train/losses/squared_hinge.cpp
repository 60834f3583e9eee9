#include "graph/ops/mul.h"
#include "graph/ops/relu.h"
#include "graph/ops/square.h"
#include "graph/ops/sub.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const ValueId product = ops::mul(graph, hinge_labels(graph, inputs.labels), inputs.predictions);
  const ValueId margin = ops::relu(graph, ops::sub(graph, graph.add_scalar(1), product));
  return mean_of_last(graph, ops::square(graph, margin));
}

}  // namespace

extern const LossDef squared_hinge_def;
const LossDef squared_hinge_def = {.name = "squared_hinge",
                                   .class_name = "SquaredHinge",
                                   .aliases = {},
                                   .arguments = {},

                                   .build = build};

}  // namespace mltk
