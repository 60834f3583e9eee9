#include "graph/ops/minimum.h"

#include "keras/layer.h"

namespace mltk::keras {
namespace {

ValueId call(const CallContext& context) {
  if (context.inputs.size() < 2) fail(ErrorKind::invalid_argument, "needs a list of at least 2 inputs");
  ValueId result = context.input();
  for (const ValueId other : context.inputs.subspan(1)) result = ops::minimum(context.graph, result, other);
  return result;
}

}  // namespace

extern const LayerDef minimum_def;
const LayerDef minimum_def = {.class_name = "Minimum", .arguments = {}, .most_inputs = 64, .call = call};

}  // namespace mltk::keras
