#include <algorithm>
#include <array>

#include "quantize/patterns/pattern.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

constexpr std::array kElementwise = {
    BuiltinOperator::relu, BuiltinOperator::relu6,    BuiltinOperator::relu_n1_to_1,
    BuiltinOperator::tanh, BuiltinOperator::logistic, BuiltinOperator::exp,
    BuiltinOperator::neg,  BuiltinOperator::sqrt,     BuiltinOperator::square,
};

constexpr std::array kMoving = {
    BuiltinOperator::reshape,     BuiltinOperator::transpose,      BuiltinOperator::squeeze,
    BuiltinOperator::expand_dims, BuiltinOperator::depth_to_space,
};

bool is_tail(const std::vector<std::int32_t>& tail, const std::vector<std::int32_t>& shape) {
  return tail.size() <= shape.size() && std::equal(tail.rbegin(), tail.rend(), shape.rbegin());
}

/// ADD and the like of a constant that means the same on both sides of a RESHAPE to a known shape.
bool is_binary_of_tail(const FloatGraph& graph, const tflite::Operator& op, const tflite::Operator& mover) {
  const auto operand = constant_operand(graph, op);
  if (!operand || mover.code != BuiltinOperator::reshape || !graph.is_constant(mover.inputs[1]) ||
      operand->varying != mover.outputs[0])
    return false;
  const auto& constant = graph.tensor(operand->constant).shape;
  return is_tail(constant, graph.tensor(mover.inputs[0]).shape) &&
         is_tail(constant, graph.tensor(mover.outputs[0]).shape);
}

}  // namespace

bool move_before_reshape(FloatGraph& graph, std::size_t op) {
  const tflite::Operator function = graph.main().operators[op];
  const auto operand = constant_operand(graph, function);
  const std::int32_t moved = operand ? operand->varying : function.inputs[0];
  const int producer = graph.producer(moved);
  if (producer < 0 || graph.users(moved) != 1) return false;
  const tflite::Operator& mover = graph.main().operators[static_cast<std::size_t>(producer)];
  if (std::ranges::find(kMoving, mover.code) == kMoving.end()) return false;
  const bool elementwise = std::ranges::find(kElementwise, function.code) != kElementwise.end();
  if (!elementwise && !is_binary_of_tail(graph, function, mover)) return false;

  const std::int32_t result = graph.add_like(mover.inputs[0], graph.tensor(function.outputs[0]).name);
  tflite::Operator before = function;
  std::ranges::replace(before.inputs, moved, mover.inputs[0]);
  before.outputs = {result};
  tflite::Operator after = mover;
  after.inputs[0] = result;
  graph.put(op, std::move(after));
  graph.insert(op, std::move(before));
  return true;
}

}  // namespace mltk::quantize
