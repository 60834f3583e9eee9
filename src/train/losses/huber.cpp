#include "graph/ops/abs.h"
#include "graph/ops/add.h"
#include "graph/ops/minimum.h"
#include "graph/ops/mul.h"
#include "graph/ops/square.h"
#include "graph/ops/sub.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"delta"};
constexpr std::string_view kAliases[] = {"huber_loss"};

// 0.5 * e^2 up to delta, then straight on: delta * |e| - 0.5 * delta^2.
ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const ValueId difference = ops::sub(graph, inputs.predictions, inputs.labels);
  const ValueId size = ops::abs(graph, difference);
  const ValueId delta = graph.add_scalar(static_cast<float>(argument(inputs, "delta", 1)));
  const ValueId inside = ops::minimum(graph, size, delta);
  const ValueId half = ops::mul(graph, ops::square(graph, inside), graph.add_scalar(0.5F));
  return mean_of_last(graph, ops::add(graph, half, ops::mul(graph, delta, ops::sub(graph, size, inside))));
}

}  // namespace

extern const LossDef huber_def;
const LossDef huber_def = {.name = "huber",
                           .class_name = "Huber",
                           .aliases = kAliases,
                           .arguments = kArguments,

                           .build = build};

}  // namespace mltk
