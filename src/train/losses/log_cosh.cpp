#include "graph/composition.h"
#include "graph/ops/add.h"
#include "graph/ops/mul.h"
#include "graph/ops/sub.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kAliases[] = {"logcosh", "LogCoshError"};

// log(cosh(e)) = e + softplus(-2 e) - log(2)
ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const ValueId difference = ops::sub(graph, inputs.predictions, inputs.labels);
  const ValueId tail = softplus(graph, ops::mul(graph, difference, graph.add_scalar(-2)));
  const ValueId sum = ops::add(graph, difference, tail);
  return mean_of_last(graph, ops::sub(graph, sum, graph.add_scalar(0.6931471805599453F)));
}

}  // namespace

extern const LossDef log_cosh_def;
const LossDef log_cosh_def = {.name = "log_cosh",
                              .class_name = "LogCosh",
                              .aliases = kAliases,
                              .arguments = {},

                              .build = build};

}  // namespace mltk
