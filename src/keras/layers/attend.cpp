#include "keras/layers/attend.h"

#include "graph/ops/batch_matmul.h"
#include "graph/ops/mul.h"
#include "graph/ops/softmax.h"
#include "keras/layers/noise.h"
#include "keras/layers/window.h"

namespace mltk::keras {

ValueId attend(const CallContext& context, ValueId scores) {
  Graph& graph = context.graph;
  ValueId weights = ops::softmax(graph, scores);
  const auto rate = context.layer.get<float>("dropout");
  if (context.training && rate > 0) weights = ops::mul(graph, weights, mask_of(context, rate, graph.shape(weights)));
  return ops::batch_matmul(graph, weights, context.inputs[1], {});
}

void check_attention_inputs(const CallContext& context) {
  if (context.inputs.size() < 2) fail(ErrorKind::invalid_argument, "needs a list of query, values and perhaps keys");
  for (const ValueId input : context.inputs) check_rank(context.graph.shape(input), 3, "(batch, steps, features)");
}

}  // namespace mltk::keras
