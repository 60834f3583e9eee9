#include "keras/layers/attend.h"

#include "graph/ops/add.h"
#include "graph/ops/batch_matmul.h"
#include "graph/ops/mul.h"
#include "graph/ops/reshape.h"
#include "graph/ops/softmax.h"
#include "graph/ops/sub.h"
#include "keras/layers/noise.h"
#include "keras/layers/window.h"

namespace mltk::keras {

ValueId large_where_masked(Graph& graph, ValueId mask) {
  constexpr float kLarge = 1e9F;
  const ValueId masked = ops::sub(graph, graph.add_scalar(1), mask);
  return ops::mul(graph, masked, graph.add_scalar(-kLarge));
}

ValueId attend(const CallContext& context, ValueId scores) {
  Graph& graph = context.graph;
  if (const ValueId mask = context.masks[1]; mask.valid()) {
    const ValueId row = ops::reshape(graph, mask, {kBatch, 1, graph.shape(mask)[1]});
    scores = ops::add(graph, scores, large_where_masked(graph, row));
  }
  ValueId weights = ops::softmax(graph, scores);
  const auto rate = context.layer.get<float>("dropout");
  if (context.training && rate > 0) weights = ops::mul(graph, weights, mask_of(context, rate, graph.shape(weights)));
  const ValueId result = ops::batch_matmul(graph, weights, context.inputs[1], {});
  if (!context.mask().valid()) return result;
  return ops::mul(graph, result, ops::reshape(graph, context.mask(), {kBatch, graph.shape(result)[1], 1}));
}

void check_attention_inputs(const CallContext& context) {
  if (context.inputs.size() < 2) fail(ErrorKind::invalid_argument, "needs a list of query, values and perhaps keys");
  for (const ValueId input : context.inputs) check_rank(context.graph.shape(input), 3, "(batch, steps, features)");
}

}  // namespace mltk::keras
