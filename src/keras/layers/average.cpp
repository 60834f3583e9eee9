#include "graph/ops/add.h"
#include "graph/ops/mul.h"
#include "keras/layers/merge.h"

namespace mltk::keras {
namespace {

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const ValueId sum = merge_inputs(context, ops::add);
  return ops::mul(graph, sum, graph.add_scalar(1.0F / static_cast<float>(context.inputs.size())));
}

}  // namespace

extern const LayerDef average_def;
const LayerDef average_def = {
    .class_name = "Average", .arguments = {}, .most_inputs = 64, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
