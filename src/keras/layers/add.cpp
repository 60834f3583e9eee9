#include "graph/ops/add.h"

#include "keras/layer.h"

namespace mltk::keras {
namespace {

ValueId call(const CallContext& context) {
  if (context.inputs.size() < 2) fail(ErrorKind::invalid_argument, "needs a list of at least 2 inputs");
  ValueId result = context.input();
  for (const ValueId other : context.inputs.subspan(1)) result = ops::add(context.graph, result, other);
  return result;
}

}  // namespace

extern const LayerDef add_def;
const LayerDef add_def = {.class_name = "Add", .arguments = {}, .most_inputs = 64, .call = call};

}  // namespace mltk::keras
