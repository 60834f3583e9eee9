#include "graph/ops/broadcast.h"
#include "graph/ops/reshape.h"
#include "keras/layers/window.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"n", ArgumentKind::positive, "", "how often"},
};

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  check_rank(context.shape(), 2, "(batch, features)");
  const std::int64_t features = context.shape()[1];
  const ValueId row = ops::reshape(graph, context.input(), {kBatch, 1, features});
  return ops::broadcast(graph, row, {kBatch, context.layer.get<std::int64_t>("n"), features});
}

}  // namespace

extern const LayerDef repeat_vector_def;
const LayerDef repeat_vector_def = {.class_name = "RepeatVector", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
