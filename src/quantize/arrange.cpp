#include "quantize/arrange.h"

#include <algorithm>
#include <map>

#include "tflite/ops/fully_connected.h"
#include "tflite/runtime_version.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;
using tflite::TensorType;

/// Versions with float and with int8 activations; 1 and 2 where an operator is not listed.
struct Versions {
  BuiltinOperator code;
  std::int32_t on_float;
  std::int32_t on_int8;
};

constexpr Versions kVersions[] = {
    {BuiltinOperator::conv_2d, 1, 3},         {BuiltinOperator::depthwise_conv_2d, 1, 3},
    {BuiltinOperator::fully_connected, 1, 4}, {BuiltinOperator::reshape, 1, 1},
    {BuiltinOperator::expand_dims, 1, 1},     {BuiltinOperator::squeeze, 1, 1},
    {BuiltinOperator::shape, 1, 1},           {BuiltinOperator::hard_swish, 1, 1},
    {BuiltinOperator::prelu, 1, 1},           {BuiltinOperator::leaky_relu, 1, 1},
    {BuiltinOperator::quantize, 1, 1},
};

std::int32_t version_of(const tflite::Subgraph& subgraph, const tflite::Operator& op) {
  const auto tensor = [&](std::int32_t index) -> const tflite::Tensor& {
    return subgraph.tensors[static_cast<std::size_t>(index)];
  };
  const bool int8 = tensor(op.inputs[0]).type == TensorType::int8;
  // int8 weights on float activations: hybrid kernels, per tensor or per channel.
  const bool hybrid =
      !int8 && op.inputs.size() > 1 && op.inputs[1] >= 0 && tensor(op.inputs[1]).type == TensorType::int8;
  if (hybrid) {
    if (op.code == BuiltinOperator::conv_2d) return 5;
    if (op.code == BuiltinOperator::depthwise_conv_2d) return 6;
    if (op.code == BuiltinOperator::fully_connected) return 3;
  }
  if (op.code == BuiltinOperator::conv_2d && tensor(op.inputs[0]).shape.back() != tensor(op.inputs[1]).shape.back())
    return 6;
  if (op.code == BuiltinOperator::fully_connected &&
      tflite::options_as<tflite::FullyConnectedOptions>(op).keep_num_dims)
    return 5;
  if (op.code == BuiltinOperator::dequantize) return int8 ? 2 : 1;
  if (op.code == BuiltinOperator::mul && int8) {
    const double scale = static_cast<double>(tensor(op.inputs[0]).quantization.scale.at(0)) *
                         tensor(op.inputs[1]).quantization.scale.at(0) / tensor(op.outputs[0]).quantization.scale.at(0);
    return scale >= 1 ? 3 : 2;
  }
  for (const Versions& versions : kVersions) {
    if (versions.code == op.code) return int8 ? versions.on_int8 : versions.on_float;
  }
  return int8 ? 2 : 1;
}

}  // namespace

tflite::Model arrange(const tflite::Model& model) {
  tflite::Model result{.description = model.description};
  const tflite::Subgraph& from = model.subgraphs.at(0);
  tflite::Subgraph& to = result.subgraphs.emplace_back();
  to.name = from.name;
  std::map<std::int32_t, std::int32_t> moved = {{-1, -1}};
  const auto keep = [&](std::int32_t index) {
    if (moved.contains(index)) return;
    moved[index] = static_cast<std::int32_t>(to.tensors.size());
    const tflite::Tensor& tensor = from.tensors[static_cast<std::size_t>(index)];
    to.tensors.push_back(tensor);
    to.tensors.back().buffer = static_cast<std::uint32_t>(result.buffers.size());
    result.buffers.push_back(model.buffer_of(tensor));
  };
  for (const std::int32_t index : from.inputs) keep(index);
  for (auto op = from.operators.rbegin(); op != from.operators.rend(); ++op) {
    for (auto input = op->inputs.rbegin(); input != op->inputs.rend(); ++input) {
      if (*input < 0) continue;
      const tflite::Tensor& tensor = from.tensors[static_cast<std::size_t>(*input)];
      if (tensor.is_variable || !model.buffer_of(tensor).empty()) keep(*input);
    }
  }
  for (const tflite::Operator& op : from.operators) {
    for (const std::int32_t index : op.outputs) keep(index);
  }
  for (const std::int32_t index : from.inputs) to.inputs.push_back(moved.at(index));
  for (const std::int32_t index : from.outputs) to.outputs.push_back(moved.at(index));
  for (tflite::Operator op : from.operators) {
    for (std::int32_t& index : op.inputs) index = moved.at(index);
    for (std::int32_t& index : op.outputs) index = moved.at(index);
    op.version = version_of(to, op);
    to.operators.push_back(std::move(op));
  }
  for (tflite::Signature signature : model.signatures) {
    for (auto* tensors : {&signature.inputs, &signature.outputs}) {
      for (tflite::SignatureTensor& tensor : *tensors) {
        tensor.tensor = static_cast<std::uint32_t>(moved.at(static_cast<std::int32_t>(tensor.tensor)));
      }
    }
    result.signatures.push_back(std::move(signature));
  }
  tflite::set_min_runtime_version(result);
  return result;
}

}  // namespace mltk::quantize
