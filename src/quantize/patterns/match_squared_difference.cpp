#include "quantize/patterns/pattern.h"

namespace mltk::quantize {

using tflite::BuiltinOperator;

bool match_squared_difference(FloatGraph& graph, std::size_t op) {
  const tflite::Operator& square = graph.main().operators[op];
  const int producer = square.code == BuiltinOperator::square ? graph.producer(square.inputs[0]) : -1;
  if (producer < 0) return false;
  tflite::Operator& difference = graph.main().operators[static_cast<std::size_t>(producer)];
  if (difference.code != BuiltinOperator::sub || *activation_of(difference) != tflite::Activation::none) return false;
  graph.put(op, {.code = BuiltinOperator::squared_difference, .inputs = difference.inputs});
  return true;
}

}  // namespace mltk::quantize
