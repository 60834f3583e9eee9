#include "quantize/equalize.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "tflite/ops/conv_2d.h"
#include "tflite/ops/depthwise_conv_2d.h"
#include "tflite/ops/fully_connected.h"
#include "tflite/ops/pool_2d.h"

namespace mltk::quantize {
namespace {

using tflite::Activation;
using tflite::BuiltinOperator;
using tflite::Model;
using tflite::Operator;
using tflite::Tensor;

const Tensor& tensor_of(const Model& model, std::int32_t index) {
  return model.subgraphs[0].tensors[static_cast<std::size_t>(index)];
}

bool has_weights(const Operator& op) {
  return op.code == BuiltinOperator::conv_2d || op.code == BuiltinOperator::depthwise_conv_2d ||
         op.code == BuiltinOperator::fully_connected;
}

Activation activation_of(const Operator& op) {
  if (op.code == BuiltinOperator::conv_2d) return tflite::options_as<tflite::Conv2dOptions>(op).activation;
  if (op.code == BuiltinOperator::depthwise_conv_2d)
    return tflite::options_as<tflite::DepthwiseConv2dOptions>(op).activation;
  return tflite::options_as<tflite::FullyConnectedOptions>(op).activation;
}

bool is_homogeneous(Activation activation) { return activation == Activation::none || activation == Activation::relu; }

/// f(a x) = a f(x) for a > 0, channel by channel.
bool keeps_factors(const Operator& op) {
  switch (op.code) {
    case BuiltinOperator::average_pool_2d:
    case BuiltinOperator::max_pool_2d: return is_homogeneous(tflite::options_as<tflite::Pool2dOptions>(op).activation);
    case BuiltinOperator::relu:
    case BuiltinOperator::reshape:
    case BuiltinOperator::pad: return true;
    default: return false;
  }
}

std::size_t readers(const Model& model, std::int32_t tensor) {
  std::size_t count = 0;
  for (const Operator& op : model.subgraphs[0].operators) count += std::ranges::count(op.inputs, tensor);
  return count + static_cast<std::size_t>(std::ranges::count(model.subgraphs[0].outputs, tensor));
}

std::optional<std::size_t> maker(const Model& model, std::int32_t tensor) {
  const auto& operators = model.subgraphs[0].operators;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    if (std::ranges::find(operators[i].outputs, tensor) != operators[i].outputs.end()) return i;
  }
  return std::nullopt;
}

/// Its weights and bias are constants that nothing else reads.
bool owns_constants(const Model& model, const Operator& op) {
  for (std::size_t i = 1; i < op.inputs.size(); ++i) {
    if (op.inputs[i] < 0) continue;
    if (model.buffer_of(tensor_of(model, op.inputs[i])).empty() || readers(model, op.inputs[i]) != 1) return false;
  }
  return true;
}

std::int32_t channels_made(const Model& model, const Operator& op) {
  return tensor_of(model, op.outputs[0]).shape.back();
}

/// For each weight of the second operator the channel that it reads; none where channels do not stay apart.
std::optional<std::vector<std::size_t>> channels_read(const Model& model, const Operator& op, std::size_t channels) {
  const Tensor& weights = tensor_of(model, op.inputs[1]);
  const auto last = static_cast<std::size_t>(weights.shape.back());
  const auto count = static_cast<std::size_t>(elements(weights));
  std::vector<std::size_t> read(count);
  if (op.code == BuiltinOperator::depthwise_conv_2d) {
    if (last % channels != 0 || static_cast<std::size_t>(tensor_of(model, op.inputs[0]).shape.back()) != channels)
      return std::nullopt;
    const std::size_t multiplier = last / channels;
    for (std::size_t i = 0; i < count; ++i) read[i] = i % last / multiplier;
    return read;
  }
  if (last % channels != 0 || (op.code == BuiltinOperator::conv_2d && last != channels)) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) read[i] = i % last % channels;
  return read;
}

std::vector<float> floats_of(const Model& model, std::int32_t index) {
  const auto& bytes = model.buffer_of(tensor_of(model, index));
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

void set_floats(Model& model, std::int32_t index, const std::vector<float>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  model.subgraphs[0].tensors[static_cast<std::size_t>(index)].buffer =
      static_cast<std::uint32_t>(model.buffers.size());  // equal constants share a buffer
  model.buffers.push_back(std::move(bytes));
}

}  // namespace

std::optional<Pair> pair_before(const Model& model, std::size_t op) {
  const auto& operators = model.subgraphs[0].operators;
  if (!has_weights(operators[op]) || !owns_constants(model, operators[op])) return std::nullopt;
  std::int32_t between = operators[op].inputs[0];
  std::vector<std::int32_t> depths;  // of what pools and pads make: they must see the channels as they are made
  while (readers(model, between) == 1) {
    const auto made = maker(model, between);
    if (!made) return std::nullopt;
    const Operator& first = operators[*made];
    if (keeps_factors(first)) {
      if (first.code != BuiltinOperator::reshape) depths.push_back(tensor_of(model, between).shape.back());
      between = first.inputs[0];
      continue;
    }
    if (!has_weights(first) || !owns_constants(model, first)) return std::nullopt;
    if (!is_homogeneous(activation_of(first))) return std::nullopt;
    const auto channels = static_cast<std::size_t>(channels_made(model, first));
    if (std::ranges::any_of(depths, [&](std::int32_t depth) { return depth != channels_made(model, first); }))
      return std::nullopt;
    if (channels < 2 || !channels_read(model, operators[op], channels)) return std::nullopt;
    return Pair{*made, op};
  }
  return std::nullopt;
}

Model equalize(const Model& source, const Pair& pair, const std::vector<float>& reach) {
  Model model = source;
  const Operator first = model.subgraphs[0].operators[pair.first];
  const Operator second = model.subgraphs[0].operators[pair.second];
  const auto read = channels_read(model, second, reach.size());
  MLTK_ASSERT(read.has_value());
  std::vector<float> readers_weights = floats_of(model, second.inputs[1]);
  std::vector<float> largest(reach.size());
  for (std::size_t i = 0; i < readers_weights.size(); ++i)
    largest[(*read)[i]] = std::max(largest[(*read)[i]], std::abs(readers_weights[i]));

  std::vector<float> factors(reach.size(), 1.0F);
  double logarithms = 0;
  std::size_t used = 0;
  for (std::size_t c = 0; c < reach.size(); ++c) {
    if (reach[c] <= 0 || largest[c] <= 0) continue;
    factors[c] = std::sqrt(reach[c] / largest[c]);
    logarithms += std::log(static_cast<double>(factors[c]));
    ++used;
  }
  const auto mean = static_cast<float>(std::exp(logarithms / static_cast<double>(std::max<std::size_t>(used, 1))));
  for (std::size_t c = 0; c < reach.size(); ++c) {
    if (reach[c] > 0 && largest[c] > 0) factors[c] /= mean;
  }

  for (std::size_t i = 0; i < readers_weights.size(); ++i) readers_weights[i] *= factors[(*read)[i]];
  set_floats(model, second.inputs[1], readers_weights);
  std::vector<float> weights = floats_of(model, first.inputs[1]);
  const bool channels_last = first.code == BuiltinOperator::depthwise_conv_2d;
  const std::size_t of_channel = weights.size() / reach.size();
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] /= factors[channels_last ? i % reach.size() : i / of_channel];
  set_floats(model, first.inputs[1], weights);
  if (first.inputs.size() > 2 && first.inputs[2] >= 0) {
    std::vector<float> bias = floats_of(model, first.inputs[2]);
    for (std::size_t c = 0; c < bias.size(); ++c) bias[c] /= factors[c];
    set_floats(model, first.inputs[2], bias);
  }
  return model;
}

}  // namespace mltk::quantize
