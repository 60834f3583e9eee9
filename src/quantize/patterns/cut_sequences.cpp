#include <algorithm>

#include "quantize/patterns/pattern.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

/// The number of the operator that makes a tensor for one user, when it has this code; -1: there is none.
int sole_producer(const FloatGraph& graph, std::int32_t tensor, BuiltinOperator code) {
  const int producer = graph.producer(tensor);
  if (producer < 0 || graph.users(tensor) != 1) return -1;
  return graph.main().operators[static_cast<std::size_t>(producer)].code == code ? producer : -1;
}

bool feeds_convolution(const FloatGraph& graph, std::int32_t tensor) {
  return std::ranges::any_of(graph.main().operators, [&](const tflite::Operator& op) {
    return op.code == BuiltinOperator::conv_2d && op.inputs[0] == tensor;
  });
}

/// Whether a picture is one row high and the row has a shape.
bool is_row(const FloatGraph& graph, std::int32_t picture, const std::vector<std::int32_t>& row) {
  std::vector<std::int32_t> shape = graph.tensor(picture).shape;
  if (shape.size() != 4 || shape[1] != 1) return false;
  shape.erase(shape.begin() + 1);
  return shape == row;
}

/// An activation like another without its axis 1, the height of a picture one row high.
std::int32_t add_row(FloatGraph& graph, std::int32_t picture) {
  const std::int32_t row = graph.add_like(picture, graph.tensor(picture).name);
  tflite::Tensor& tensor = graph.tensor(row);
  tensor.shape.erase(tensor.shape.begin() + 1);
  if (!tensor.shape_signature.empty()) tensor.shape_signature.erase(tensor.shape_signature.begin() + 1);
  return row;
}

/// The part of a constant of two axes that is about the second one.
std::int32_t add_second_half(FloatGraph& graph, std::int32_t constant, const Shape& shape) {
  const auto& values = graph.integers(constant);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  return graph.add_constant(graph.tensor(constant).name, shape, std::vector<std::int32_t>(middle, values.end()));
}

/// SPACE_TO_BATCH_ND or BATCH_TO_SPACE_ND of a picture, for the sequence that the picture's row is.
tflite::Operator for_sequence(FloatGraph& graph, const tflite::Operator& op, std::int32_t input, std::int32_t output) {
  return {.code = op.code,
          .inputs = {input, add_second_half(graph, op.inputs[1], {1}), add_second_half(graph, op.inputs[2], {1, 2})},
          .outputs = {output}};
}

bool cut_before_expansion(FloatGraph& graph, std::size_t op) {
  const tflite::Operator cut = graph.main().operators[op];
  const int producer = sole_producer(graph, cut.inputs[0], BuiltinOperator::expand_dims);
  if (producer < 0 || !feeds_convolution(graph, cut.outputs[0])) return false;
  tflite::Operator expansion = graph.main().operators[static_cast<std::size_t>(producer)];
  if (!is_row(graph, cut.inputs[0], graph.tensor(expansion.inputs[0]).shape)) return false;
  const std::int32_t parts = add_row(graph, cut.outputs[0]);
  tflite::Operator before = for_sequence(graph, cut, expansion.inputs[0], parts);
  expansion.inputs[0] = parts;
  graph.put(op, std::move(expansion));
  graph.insert(op, std::move(before));
  return true;
}

bool join_after_squeezing(FloatGraph& graph, std::size_t op) {
  const tflite::Operator squeezing = graph.main().operators[op];
  const int producer = sole_producer(graph, squeezing.inputs[0], BuiltinOperator::batch_to_space_nd);
  if (producer < 0) return false;
  const tflite::Operator join = graph.main().operators[static_cast<std::size_t>(producer)];
  if (sole_producer(graph, join.inputs[0], BuiltinOperator::conv_2d) < 0) return false;
  if (!is_row(graph, join.outputs[0], graph.tensor(squeezing.outputs[0]).shape)) return false;
  const std::int32_t parts = add_row(graph, join.inputs[0]);
  const auto& sizes = graph.tensor(parts).shape;
  const std::int32_t shape = graph.add_constant(graph.tensor(squeezing.inputs[1]).name, {3},
                                                std::vector<std::int32_t>{-1, sizes[1], sizes[2]});
  graph.put(op, for_sequence(graph, join, parts, -1));
  graph.insert(op, {.code = BuiltinOperator::reshape, .inputs = {join.inputs[0], shape}, .outputs = {parts}});
  return true;
}

}  // namespace

bool cut_sequences(FloatGraph& graph, std::size_t op) {
  switch (graph.main().operators[op].code) {
    case BuiltinOperator::space_to_batch_nd: return cut_before_expansion(graph, op);
    case BuiltinOperator::reshape: return join_after_squeezing(graph, op);
    default: return false;
  }
}

}  // namespace mltk::quantize
