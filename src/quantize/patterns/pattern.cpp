#include "quantize/patterns/pattern.h"

#include "tflite/ops/add.h"
#include "tflite/ops/conv_2d.h"
#include "tflite/ops/depthwise_conv_2d.h"
#include "tflite/ops/div.h"
#include "tflite/ops/fully_connected.h"
#include "tflite/ops/mul.h"
#include "tflite/ops/pool_2d.h"
#include "tflite/ops/sub.h"
#include "tflite/ops/transpose_conv.h"

namespace mltk::quantize {

using tflite::BuiltinOperator;

tflite::Activation* activation_of(tflite::Operator& op) {
  if (auto* options = std::any_cast<tflite::Conv2dOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::DepthwiseConv2dOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::FullyConnectedOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::TransposeConvOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::Pool2dOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::AddOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::SubOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::MulOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::DivOptions>(&op.options)) return &options->activation;
  return nullptr;
}

bool has_weights(const tflite::Operator& op) {
  return op.code == BuiltinOperator::conv_2d || op.code == BuiltinOperator::depthwise_conv_2d ||
         op.code == BuiltinOperator::fully_connected || op.code == BuiltinOperator::transpose_conv;
}

std::int32_t& bias_of(tflite::Operator& op) {
  const std::size_t place = op.code == BuiltinOperator::transpose_conv ? 3 : 2;
  if (op.inputs.size() <= place) op.inputs.resize(place + 1, -1);
  return op.inputs[place];
}

std::optional<ConstantOperand> constant_operand(const FloatGraph& graph, const tflite::Operator& op) {
  const bool commutes = op.code == BuiltinOperator::add || op.code == BuiltinOperator::mul;
  if (!commutes && op.code != BuiltinOperator::sub && op.code != BuiltinOperator::div) return std::nullopt;
  if (graph.is_constant(op.inputs[1])) return ConstantOperand{.varying = op.inputs[0], .constant = op.inputs[1]};
  if (commutes && graph.is_constant(op.inputs[0]))
    return ConstantOperand{.varying = op.inputs[1], .constant = op.inputs[0]};
  return std::nullopt;
}

std::optional<float> scalar(const FloatGraph& graph, std::int32_t index) {
  if (!graph.is_constant(index) || graph.floats(index).size() != 1) return std::nullopt;
  return graph.floats(index)[0];
}

}  // namespace mltk::quantize
