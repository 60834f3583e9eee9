#include "quantize/patterns/pattern.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

/// The first input of the operator that makes a tensor, when it has this code; else -1.
std::int32_t argument_of(const FloatGraph& graph, std::int32_t tensor, BuiltinOperator code) {
  const int producer = graph.producer(tensor);
  if (producer < 0) return -1;
  const tflite::Operator& op = graph.main().operators[static_cast<std::size_t>(producer)];
  return op.code == code ? op.inputs[0] : -1;
}

/// slope * relu(-x)
struct Below {
  std::int32_t x = -1;
  std::int32_t slope = -1;
};

Below below_zero(const FloatGraph& graph, std::int32_t tensor) {
  const int producer = graph.producer(tensor);
  if (producer < 0) return {};
  const tflite::Operator& op = graph.main().operators[static_cast<std::size_t>(producer)];
  const auto operand = op.code == BuiltinOperator::mul ? constant_operand(graph, op) : std::nullopt;
  if (!operand) return {};
  const std::int32_t negated = argument_of(graph, operand->varying, BuiltinOperator::relu);
  return {argument_of(graph, negated, BuiltinOperator::neg), operand->constant};
}

}  // namespace

bool match_prelu(FloatGraph& graph, std::size_t op) {
  const tflite::Operator& sum = graph.main().operators[op];
  if (sum.code != BuiltinOperator::add) return false;
  for (const std::size_t i : {0U, 1U}) {
    const std::int32_t x = argument_of(graph, sum.inputs[i], BuiltinOperator::relu);
    const Below below = below_zero(graph, sum.inputs[1 - i]);
    if (x < 0 || below.x != x) continue;
    // The slopes of one sample.
    if (graph.tensor(below.slope).shape.size() + 1 != graph.tensor(x).shape.size()) continue;
    std::vector<float> slopes = graph.floats(below.slope);
    for (float& slope : slopes) slope = -slope;
    const std::int32_t alpha = graph.add_constant_like(below.slope, std::move(slopes));
    graph.put(op, {.code = BuiltinOperator::prelu, .inputs = {x, alpha}});
    return true;
  }
  return false;
}

}  // namespace mltk::quantize
