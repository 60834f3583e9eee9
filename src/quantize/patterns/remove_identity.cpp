#include <algorithm>

#include "quantize/patterns/pattern.h"

namespace mltk::quantize {

using tflite::BuiltinOperator;

bool remove_identity(FloatGraph& graph, std::size_t op) {
  const tflite::Operator& node = graph.main().operators[op];
  const auto operand = constant_operand(graph, node);
  if (!operand || graph.tensor(operand->varying).shape != graph.tensor(node.outputs[0]).shape) return false;
  const bool multiplies = node.code == BuiltinOperator::mul || node.code == BuiltinOperator::div;
  const float neutral = multiplies ? 1 : 0;
  if (!std::ranges::all_of(graph.floats(operand->constant), [&](float value) { return value == neutral; }))
    return false;
  graph.replace(node.outputs[0], operand->varying);
  return true;
}

}  // namespace mltk::quantize
