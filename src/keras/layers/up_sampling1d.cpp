#include "graph/ops/resize.h"
#include "keras/layers/sequence.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"size", ArgumentKind::positive, "2", "how often each step is repeated"},
};

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  check_rank(context.shape(), 3, "(batch, steps, channels)");
  const ValueId row = as_row(graph, context.input());
  const std::int64_t steps = context.shape()[1] * context.layer.get<std::int64_t>("size");
  return from_row(graph, ops::resize(graph, row, {1, steps, Interpolation::nearest}));
}

}  // namespace

extern const LayerDef up_sampling1d_def;
const LayerDef up_sampling1d_def = {.class_name = "UpSampling1D", .arguments = kArguments, .call = call};

}  // namespace mltk::keras
