#include <optional>

#include "quantize/patterns/pattern.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

/// Values of a constant that is a scalar or one value for each output channel.
std::optional<std::vector<float>> per_channel(const FloatGraph& graph, std::int32_t index, std::size_t channels) {
  const auto& values = graph.floats(index);
  const auto& shape = graph.tensor(index).shape;
  if (values.size() == 1) return std::vector<float>(channels, values[0]);
  if (values.size() != channels || shape.empty() || static_cast<std::size_t>(shape.back()) != channels)
    return std::nullopt;
  return values;
}

float apply(BuiltinOperator code, float value, float constant) {
  switch (code) {
    case BuiltinOperator::add: return value + constant;
    case BuiltinOperator::sub: return value - constant;
    case BuiltinOperator::mul: return value * constant;
    default: return value / constant;
  }
}

}  // namespace

bool fold_into_producer(FloatGraph& graph, std::size_t op) {
  tflite::Operator& binary = graph.main().operators[op];
  const auto operand = constant_operand(graph, binary);
  const int producer = operand ? graph.producer(operand->varying) : -1;
  if (producer < 0) return false;
  tflite::Operator folded = graph.main().operators[static_cast<std::size_t>(producer)];
  if (!has_weights(folded) || *activation_of(folded) != tflite::Activation::none ||
      !graph.is_constant(folded.inputs[1]))
    return false;
  // A bias is added even where the sum without it has other users: these keep an operator of their own.
  const bool adds_to_dense = folded.code == BuiltinOperator::fully_connected && binary.code == BuiltinOperator::add;
  if (graph.users(operand->varying) != 1 && !adds_to_dense) return false;
  const auto channels = static_cast<std::size_t>(graph.tensor(binary.outputs[0]).shape.back());
  const auto values = per_channel(graph, operand->constant, channels);
  if (!values) return false;

  const bool multiplies = binary.code == BuiltinOperator::mul || binary.code == BuiltinOperator::div;
  if (multiplies) {
    auto weights = graph.floats(folded.inputs[1]);
    // The output channel is the last axis of depthwise weights [1, kh, kw, C * M], the first one of others.
    const bool last = folded.code == BuiltinOperator::depthwise_conv_2d;
    const std::size_t inner = last ? 1 : weights.size() / channels;
    for (std::size_t k = 0; k < weights.size(); ++k)
      weights[k] = apply(binary.code, weights[k], (*values)[k / inner % channels]);
    folded.inputs[1] = graph.add_constant_like(folded.inputs[1], std::move(weights));
  }
  if (bias_of(folded) >= 0) {
    auto bias = graph.floats(bias_of(folded));
    for (std::size_t c = 0; c < channels; ++c) bias[c] = apply(binary.code, bias[c], (*values)[c]);
    bias_of(folded) = graph.add_constant_like(bias_of(folded), std::move(bias));
  } else if (!multiplies) {
    std::vector<float> bias(channels);
    for (std::size_t c = 0; c < channels; ++c) bias[c] = apply(binary.code, 0, (*values)[c]);
    bias_of(folded) = graph.add_constant(graph.tensor(operand->constant).name, {static_cast<std::int64_t>(channels)},
                                         std::move(bias));
  }
  *activation_of(folded) = *activation_of(binary);
  graph.put(op, std::move(folded));
  return true;
}

}  // namespace mltk::quantize
