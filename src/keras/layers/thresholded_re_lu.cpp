#include "graph/ops/greater.h"
#include "graph/ops/mul.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

constexpr ArgumentDef kArguments[] = {
    {"theta", ArgumentKind::number, "1.0", "values up to it give 0"},
};

ValueId call(const CallContext& context) {
  Graph& graph = context.graph;
  const ValueId limit = graph.add_scalar(context.layer.get<float>("theta"));
  return ops::mul(graph, context.input(), ops::greater(graph, context.input(), limit));
}

}  // namespace

extern const LayerDef thresholded_re_lu_def;
const LayerDef thresholded_re_lu_def = {
    .class_name = "ThresholdedReLU", .arguments = kArguments, .call = call, .mask = keep_mask};

}  // namespace mltk::keras
