#include "quantize/patterns/pattern.h"
#include "tflite/ops/conv_2d.h"
#include "tflite/ops/depthwise_conv_2d.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

/// An ADD, SUB, MUL or DIV of a constant that makes the input of an operator with weights.
struct Before {
  const tflite::Operator* binary = nullptr;
  ConstantOperand operand;
};

std::optional<Before> binary_before(FloatGraph& graph, const tflite::Operator& follower) {
  if (!has_weights(follower) || follower.code == BuiltinOperator::transpose_conv ||
      !graph.is_constant(follower.inputs[1]))
    return std::nullopt;
  const int producer = graph.producer(follower.inputs[0]);
  if (producer < 0) return std::nullopt;
  tflite::Operator& binary = graph.main().operators[static_cast<std::size_t>(producer)];
  const auto operand = constant_operand(graph, binary);
  if (!operand || *activation_of(binary) != tflite::Activation::none ||
      graph.tensor(operand->varying).shape != graph.tensor(binary.outputs[0]).shape)
    return std::nullopt;
  return Before{.binary = &binary, .operand = *operand};
}

bool pads(const tflite::Operator& op) {
  if (const auto* conv = std::any_cast<tflite::Conv2dOptions>(&op.options))
    return conv->padding == tflite::Padding::same;
  if (const auto* conv = std::any_cast<tflite::DepthwiseConv2dOptions>(&op.options))
    return conv->padding == tflite::Padding::same;
  return false;
}

}  // namespace

bool fold_into_fully_connected(FloatGraph& graph, std::size_t op) {
  tflite::Operator dense = graph.main().operators[op];
  if (dense.code != BuiltinOperator::fully_connected) return false;
  const auto before = binary_before(graph, dense);
  if (!before) return false;
  const bool adds = before->binary->code == BuiltinOperator::add;
  if (!adds && before->binary->code != BuiltinOperator::mul) return false;
  if (adds && dense.inputs[2] < 0) return false;
  const auto& values = graph.floats(before->operand.constant);
  const auto inputs = static_cast<std::size_t>(graph.tensor(dense.inputs[1]).shape.at(1));
  if (graph.tensor(before->operand.constant).shape.size() != 1 || values.size() != inputs) return false;

  auto weights = graph.floats(dense.inputs[1]);
  if (adds) {
    auto bias = graph.floats(dense.inputs[2]);
    for (std::size_t o = 0; o < bias.size(); ++o) {
      auto sum = static_cast<double>(bias[o]);
      for (std::size_t i = 0; i < inputs; ++i) {
        const float product = weights[o * inputs + i] * values[i];
        sum += static_cast<double>(product);
      }
      bias[o] = static_cast<float>(sum);
    }
    dense.inputs[2] = graph.add_constant_like(dense.inputs[2], std::move(bias));
  } else {
    for (std::size_t k = 0; k < weights.size(); ++k) weights[k] *= values[k % inputs];
    dense.inputs[1] = graph.add_constant_like(dense.inputs[1], std::move(weights));
  }
  dense.inputs[0] = before->operand.varying;
  graph.put(op, std::move(dense));
  return true;
}

bool fold_scalar_into_follower(FloatGraph& graph, std::size_t op) {
  tflite::Operator follower = graph.main().operators[op];
  const auto before = binary_before(graph, follower);
  if (!before || graph.users(follower.inputs[0]) != 1) return false;
  const auto value = scalar(graph, before->operand.constant);
  if (!value) return false;
  const BuiltinOperator code = before->binary->code;
  auto weights = graph.floats(follower.inputs[1]);
  if (code == BuiltinOperator::mul || code == BuiltinOperator::div) {
    for (float& weight : weights) weight = code == BuiltinOperator::mul ? weight * *value : weight / *value;
    follower.inputs[1] = graph.add_constant_like(follower.inputs[1], std::move(weights));
  } else {
    // What pads would be padded with another number.
    if (pads(follower) || follower.inputs[2] < 0) return false;
    auto bias = graph.floats(follower.inputs[2]);
    const bool last = follower.code == BuiltinOperator::depthwise_conv_2d;
    const std::size_t inner = last ? 1 : weights.size() / bias.size();
    const float added = code == BuiltinOperator::add ? *value : -*value;
    for (std::size_t k = 0; k < weights.size(); ++k) bias[k / inner % bias.size()] += weights[k] * added;
    follower.inputs[2] = graph.add_constant_like(follower.inputs[2], std::move(bias));
  }
  follower.inputs[0] = before->operand.varying;
  graph.put(op, std::move(follower));
  return true;
}

}  // namespace mltk::quantize
