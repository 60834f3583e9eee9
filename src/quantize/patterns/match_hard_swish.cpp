#include "quantize/patterns/pattern.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

/// The operator that makes a tensor, when it has this code.
const tflite::Operator* made_by(const FloatGraph& graph, std::int32_t tensor, BuiltinOperator code) {
  const int producer = graph.producer(tensor);
  if (producer < 0) return nullptr;
  const tflite::Operator& op = graph.main().operators[static_cast<std::size_t>(producer)];
  return op.code == code ? &op : nullptr;
}

/// x of x / 6 or x * (1/6); -1: the tensor is none.
std::int32_t sixfold(const FloatGraph& graph, std::int32_t tensor) {
  for (const auto& [code, factor] : {std::pair{BuiltinOperator::mul, 1.0F / 6}, {BuiltinOperator::div, 6.0F}}) {
    const tflite::Operator* op = made_by(graph, tensor, code);
    const auto operand = op == nullptr ? std::nullopt : constant_operand(graph, *op);
    if (operand && scalar(graph, operand->constant) == factor) return operand->varying;
  }
  return -1;
}

/// x of relu6(x + 3).
std::int32_t clipped(const FloatGraph& graph, std::int32_t tensor) {
  const tflite::Operator* relu6 = made_by(graph, tensor, BuiltinOperator::relu6);
  const tflite::Operator* add = relu6 == nullptr ? nullptr : made_by(graph, relu6->inputs[0], BuiltinOperator::add);
  const auto operand = add == nullptr ? std::nullopt : constant_operand(graph, *add);
  return operand && scalar(graph, operand->constant) == 3.0F ? operand->varying : -1;
}

/// x of x * f(x), for f that gives its argument or -1.
template <class Function>
std::int32_t times_itself(const tflite::Operator& mul, Function argument) {
  if (argument(mul.inputs[1]) == mul.inputs[0]) return mul.inputs[0];
  if (argument(mul.inputs[0]) == mul.inputs[1]) return mul.inputs[1];
  return -1;
}

}  // namespace

bool match_hard_swish(FloatGraph& graph, std::size_t op) {
  const tflite::Operator& root = graph.main().operators[op];
  std::int32_t x = -1;
  if (root.code == BuiltinOperator::mul) {
    // x * (relu6(x + 3) / 6) and (x / 6) * relu6(x + 3)
    x = times_itself(root, [&](std::int32_t factor) { return clipped(graph, sixfold(graph, factor)); });
    for (const std::size_t i : {0U, 1U}) {
      const std::int32_t argument = clipped(graph, root.inputs[i]);
      if (x < 0 && argument >= 0 && sixfold(graph, root.inputs[1 - i]) == argument) x = argument;
    }
  }
  // (x * relu6(x + 3)) / 6
  const tflite::Operator* product = made_by(graph, sixfold(graph, root.outputs[0]), BuiltinOperator::mul);
  if (x < 0 && product != nullptr)
    x = times_itself(*product, [&](std::int32_t factor) { return clipped(graph, factor); });
  if (x < 0) return false;
  graph.put(op, {.code = BuiltinOperator::hard_swish, .inputs = {x}});
  return true;
}

}  // namespace mltk::quantize
