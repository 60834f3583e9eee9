#include "quantize/fuse.h"

#include <algorithm>
#include <optional>

#include "tflite/ops/add.h"
#include "tflite/ops/conv_2d.h"
#include "tflite/ops/depthwise_conv_2d.h"
#include "tflite/ops/fully_connected.h"
#include "tflite/ops/mul.h"
#include "tflite/ops/pool_2d.h"
#include "tflite/ops/sub.h"

namespace mltk::quantize {
namespace {

using tflite::Activation;
using tflite::BuiltinOperator;

/// The fused activation of an operator that has one.
Activation* activation_of(tflite::Operator& op) {
  if (auto* options = std::any_cast<tflite::Conv2dOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::DepthwiseConv2dOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::FullyConnectedOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::Pool2dOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::AddOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::SubOptions>(&op.options)) return &options->activation;
  if (auto* options = std::any_cast<tflite::MulOptions>(&op.options)) return &options->activation;
  return nullptr;
}

bool has_weights(const tflite::Operator& op) {
  return op.code == BuiltinOperator::conv_2d || op.code == BuiltinOperator::depthwise_conv_2d ||
         op.code == BuiltinOperator::fully_connected;
}

class Fuser {
 public:
  explicit Fuser(FloatGraph& graph) : graph_(graph), main_(graph.main()) {}

  void run() {
    bool changed = true;
    while (changed) {
      changed = false;
      for (std::size_t i = 0; i < main_.operators.size() && !changed; ++i) changed = fuse_into_producer(i);
    }
  }

 private:
  FloatGraph& graph_;
  tflite::Subgraph& main_;

  /// The operator that makes input `index`, when this is its only user and it has no activation yet.
  tflite::Operator* free_producer(std::int32_t index) {
    const int producer = graph_.producer(index);
    if (producer < 0 || graph_.users(index) != 1) return nullptr;
    tflite::Operator& op = main_.operators[static_cast<std::size_t>(producer)];
    const Activation* activation = activation_of(op);
    return activation != nullptr && *activation == Activation::none ? &op : nullptr;
  }

  /// Values of a constant that is a scalar or one value for each output channel.
  std::optional<std::vector<float>> per_channel(std::int32_t index, std::size_t channels) const {
    if (!graph_.is_constant(index)) return std::nullopt;
    const auto& values = graph_.floats(index);
    const auto& shape = graph_.tensor(index).shape;
    if (values.size() == 1) return std::vector<float>(channels, values[0]);
    if (values.size() != channels || shape.empty() || static_cast<std::size_t>(shape.back()) != channels)
      return std::nullopt;
    return values;
  }

  /// Take operator i out; its producer makes its output.
  void merge(std::size_t i, tflite::Operator& producer) {
    producer.outputs = main_.operators[i].outputs;
    main_.operators.erase(main_.operators.begin() + static_cast<std::ptrdiff_t>(i));
  }

  bool fuse_into_producer(std::size_t i) {
    tflite::Operator& op = main_.operators[i];
    switch (op.code) {
      case BuiltinOperator::relu: return fuse_activation(i, Activation::relu);
      case BuiltinOperator::relu6: return fuse_activation(i, Activation::relu6);
      case BuiltinOperator::add:
      case BuiltinOperator::sub:
      case BuiltinOperator::mul:
      case BuiltinOperator::div: return fuse_constant(i);
      default: return false;
    }
  }

  bool fuse_activation(std::size_t i, Activation activation) {
    tflite::Operator* producer = free_producer(main_.operators[i].inputs[0]);
    if (producer == nullptr) return false;
    *activation_of(*producer) = activation;
    merge(i, *producer);
    return true;
  }

  bool fuse_constant(std::size_t i) {
    tflite::Operator& op = main_.operators[i];
    std::size_t varying = 0;
    if (graph_.is_constant(op.inputs[0])) varying = 1;
    const std::int32_t constant = op.inputs[1 - varying];
    const bool commutes = op.code == BuiltinOperator::add || op.code == BuiltinOperator::mul;
    if (!graph_.is_constant(constant) || (varying == 1 && !commutes)) return false;
    tflite::Operator* producer = free_producer(op.inputs[varying]);
    if (producer == nullptr || !has_weights(*producer) || !graph_.is_constant(producer->inputs[1])) return false;
    const auto channels = static_cast<std::size_t>(graph_.tensor(op.outputs[0]).shape.back());
    const auto values = per_channel(constant, channels);
    if (!values) return false;

    const bool multiplies = op.code == BuiltinOperator::mul || op.code == BuiltinOperator::div;
    if (multiplies) {
      auto& weights = graph_.floats(producer->inputs[1]);
      // The output channel is the last axis of depthwise weights [1, kh, kw, C * M], the first one of others.
      const bool last = producer->code == BuiltinOperator::depthwise_conv_2d;
      const std::size_t inner = last ? 1 : weights.size() / channels;
      for (std::size_t k = 0; k < weights.size(); ++k) {
        const float factor = (*values)[k / inner % channels];
        weights[k] = op.code == BuiltinOperator::mul ? weights[k] * factor : weights[k] / factor;
      }
    }
    const bool no_bias = producer->inputs[2] < 0;
    if (no_bias && !multiplies) {
      producer->inputs[2] = graph_.add_constant(graph_.tensor(constant).name, {static_cast<std::int64_t>(channels)},
                                                std::vector<float>(channels));
    }
    for (std::size_t c = 0; c < channels && producer->inputs[2] >= 0; ++c) {
      float& bias = graph_.floats(producer->inputs[2])[c];
      const float value = (*values)[c];
      switch (op.code) {
        case BuiltinOperator::add: bias += value; break;
        case BuiltinOperator::sub: bias -= value; break;
        case BuiltinOperator::mul: bias *= value; break;
        default: bias /= value; break;
      }
    }
    *activation_of(*producer) = *activation_of(op);
    merge(i, *producer);
    return true;
  }
};

}  // namespace

void fuse(FloatGraph& graph) { Fuser(graph).run(); }

}  // namespace mltk::quantize
