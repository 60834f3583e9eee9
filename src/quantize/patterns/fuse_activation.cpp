#include "quantize/patterns/pattern.h"

namespace mltk::quantize {
namespace {

using tflite::Activation;
using tflite::BuiltinOperator;

Activation fusable(BuiltinOperator code) {
  switch (code) {
    case BuiltinOperator::relu: return Activation::relu;
    case BuiltinOperator::relu6: return Activation::relu6;
    case BuiltinOperator::relu_n1_to_1: return Activation::relu_n1_to_1;
    default: return Activation::none;
  }
}

}  // namespace

bool fuse_activation(FloatGraph& graph, std::size_t op) {
  const tflite::Operator& function = graph.main().operators[op];
  const Activation activation = fusable(function.code);
  if (activation == Activation::none) return false;
  const int producer = graph.producer(function.inputs[0]);
  if (producer < 0 || graph.users(function.inputs[0]) != 1) return false;
  tflite::Operator fused = graph.main().operators[static_cast<std::size_t>(producer)];
  Activation* slot = activation_of(fused);
  if (slot == nullptr || *slot != Activation::none) return false;
  *slot = activation;
  graph.put(op, std::move(fused));
  return true;
}

}  // namespace mltk::quantize
