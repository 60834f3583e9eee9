#pragma once

#include <optional>

#include "quantize/float_graph.h"

namespace mltk::quantize {

/// Try to rewrite the graph at operator `op`; true when it did. What nothing reads afterwards is erased by the caller.
using Pattern = bool (*)(FloatGraph& graph, std::size_t op);

/// x * 1, x / 1, x + 0, x - 0 become x.
bool remove_identity(FloatGraph& graph, std::size_t op);
/// A dilated convolution of a sequence cuts and joins the sequence, not the picture one row high that it becomes.
bool cut_sequences(FloatGraph& graph, std::size_t op);
/// x * relu6(x + 3) / 6 becomes HARD_SWISH.
bool match_hard_swish(FloatGraph& graph, std::size_t op);
/// relu(x) + slope * relu(-x) becomes PRELU.
bool match_prelu(FloatGraph& graph, std::size_t op);
/// (x - y)^2 becomes SQUARED_DIFFERENCE, which has an int8 kernel.
bool match_squared_difference(FloatGraph& graph, std::size_t op);
/// Functions of single elements move in front of operators that only move elements.
bool move_before_reshape(FloatGraph& graph, std::size_t op);
/// Of two RESHAPE in a row the second is enough.
bool merge_reshapes(FloatGraph& graph, std::size_t op);
/// RELU, RELU6 and RELU_N1_TO_1 become the activation of the operator before.
bool fuse_activation(FloatGraph& graph, std::size_t op);
/// A constant MUL or DIV goes into the weights of the operator before, ADD or SUB into its bias.
bool fold_into_producer(FloatGraph& graph, std::size_t op);
/// MUL and ADD of a vector go into the FULLY_CONNECTED that follows.
bool fold_into_fully_connected(FloatGraph& graph, std::size_t op);
/// MUL, DIV, ADD and SUB of one number go into the convolution or FULLY_CONNECTED that follows.
bool fold_scalar_into_follower(FloatGraph& graph, std::size_t op);

// ---- what patterns look for

/// The fused activation of an operator that has one, else null.
tflite::Activation* activation_of(tflite::Operator& op);
/// Input 1 holds weights that constants can be folded into.
bool has_weights(const tflite::Operator& op);
/// The bias of an operator with weights, -1 when it has none.
std::int32_t& bias_of(tflite::Operator& op);

/// An ADD, SUB, MUL or DIV of which one operand is constant.
struct ConstantOperand {
  std::int32_t varying = -1;
  std::int32_t constant = -1;
};
/// Empty when the operator is none of these; "constant - x" and "constant / x" are none either.
std::optional<ConstantOperand> constant_operand(const FloatGraph& graph, const tflite::Operator& op);

/// Value of a constant with one element.
std::optional<float> scalar(const FloatGraph& graph, std::int32_t index);

}  // namespace mltk::quantize
