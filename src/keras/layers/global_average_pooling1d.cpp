#include "graph/ops/div.h"
#include "graph/ops/mul.h"
#include "graph/ops/reduce_mean.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/reshape.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"data_format", ArgumentKind::data_format, "null", "order of axes"},
    {"keepdims", ArgumentKind::flag, "false", "keep the reduced axes with size 1"},
};

ValueId call(const CallContext& context) {
  check_rank(context.shape(), 3, "(batch, steps, channels)");
  Graph& graph = context.graph;
  const ReduceAttributes steps = {.axes = {1}, .keep_dims = context.layer.get<bool>("keepdims")};
  if (!context.mask().valid()) return ops::reduce_mean(graph, context.input(), steps);
  const ValueId mask = ops::reshape(graph, context.mask(), {kBatch, context.shape()[1], 1});
  return ops::div(graph, ops::reduce_sum(graph, ops::mul(graph, context.input(), mask), steps),
                  ops::reduce_sum(graph, mask, steps));
}

}  // namespace

extern const LayerDef global_average_pooling1d_def;
const LayerDef global_average_pooling1d_def = {
    .class_name = "GlobalAveragePooling1D", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
