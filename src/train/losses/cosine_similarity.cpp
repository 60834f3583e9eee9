#include "graph/composition.h"
#include "graph/ops/mul.h"
#include "graph/ops/neg.h"
#include "graph/ops/reduce_sum.h"
#include "train/losses/cross_entropy.h"

namespace mltk {
namespace {

constexpr std::string_view kArguments[] = {"axis"};
constexpr std::string_view kAliases[] = {"cosine_proximity"};

// The cosine of the angle between labels and predictions, negative: smaller is more alike.
ValueId build(Graph& graph, const LossInputs& inputs) {
  check_same_shape(graph, inputs);
  const auto axis = static_cast<std::int64_t>(argument(inputs, "axis", -1));
  const ValueId labels = l2_normalize(graph, inputs.labels, axis);
  const ValueId product = ops::mul(graph, labels, l2_normalize(graph, inputs.predictions, axis));
  return ops::neg(graph, ops::reduce_sum(graph, product, {.axes = {resolve_axis(graph.shape(product), axis)}}));
}

}  // namespace

extern const LossDef cosine_similarity_def;
const LossDef cosine_similarity_def = {.name = "cosine_similarity",
                                       .class_name = "CosineSimilarity",
                                       .aliases = kAliases,
                                       .arguments = kArguments,

                                       .build = build};

}  // namespace mltk
