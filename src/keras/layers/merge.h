#pragma once

#include "keras/layer.h"

namespace mltk::keras {

/// Combine the inputs from the first to the last with an operator of two values.
/// Throws Error(invalid_argument) when there are fewer than two.
inline ValueId merge_inputs(const CallContext& context, ValueId (*combine)(Graph&, ValueId, ValueId)) {
  if (context.inputs.size() < 2) fail(ErrorKind::invalid_argument, "needs a list of at least 2 inputs");
  ValueId result = context.input();
  for (const ValueId other : context.inputs.subspan(1)) result = combine(context.graph, result, other);
  return result;
}

}  // namespace mltk::keras
