#include "graph/ops/mul.h"
#include "keras/layer.h"

namespace mltk::keras {
namespace {

ValueId call(const CallContext& context) {
  if (context.inputs.size() < 2) fail(ErrorKind::invalid_argument, "needs a list of at least 2 inputs");
  ValueId result = context.input();
  for (const ValueId other : context.inputs.subspan(1)) result = ops::mul(context.graph, result, other);
  return result;
}

}  // namespace

extern const LayerDef multiply_def;
const LayerDef multiply_def = {.class_name = "Multiply", .arguments = {}, .most_inputs = 64, .call = call};

}  // namespace mltk::keras
