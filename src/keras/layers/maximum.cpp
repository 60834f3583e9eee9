#include "graph/ops/maximum.h"

#include "keras/layer.h"

namespace mltk::keras {
namespace {

ValueId call(const CallContext& context) {
  if (context.inputs.size() < 2) fail(ErrorKind::invalid_argument, "needs a list of at least 2 inputs");
  ValueId result = context.input();
  for (const ValueId other : context.inputs.subspan(1)) result = ops::maximum(context.graph, result, other);
  return result;
}

}  // namespace

extern const LayerDef maximum_def;
const LayerDef maximum_def = {.class_name = "Maximum", .arguments = {}, .most_inputs = 64, .call = call};

}  // namespace mltk::keras
