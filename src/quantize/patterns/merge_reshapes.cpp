#include "quantize/patterns/pattern.h"

namespace mltk::quantize {

using tflite::BuiltinOperator;

bool merge_reshapes(FloatGraph& graph, std::size_t op) {
  tflite::Operator last = graph.main().operators[op];
  const int producer = last.code == BuiltinOperator::reshape ? graph.producer(last.inputs[0]) : -1;
  if (producer < 0 || graph.users(last.inputs[0]) != 1) return false;
  const tflite::Operator& first = graph.main().operators[static_cast<std::size_t>(producer)];
  if (first.code != BuiltinOperator::reshape || !graph.is_constant(last.inputs[1])) return false;
  last.inputs[0] = first.inputs[0];
  graph.put(op, std::move(last));
  return true;
}

}  // namespace mltk::quantize
