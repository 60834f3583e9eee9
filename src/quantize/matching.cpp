#include "quantize/matching.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

std::vector<const tflite::Operator*> computing(const tflite::Subgraph& main) {
  std::vector<const tflite::Operator*> operators;
  for (const tflite::Operator& op : main.operators) {
    if (op.code != BuiltinOperator::quantize && op.code != BuiltinOperator::dequantize) operators.push_back(&op);
  }
  return operators;
}

std::string names(const std::vector<const tflite::Operator*>& operators) {
  std::vector<std::string> codes;
  for (const tflite::Operator* op : operators) codes.push_back(tflite::to_string(op->code));
  return fmt::format("{}", fmt::join(codes, " "));
}

}  // namespace

std::map<std::int32_t, std::int32_t> match_activations(const tflite::Model& float_model,
                                                       const tflite::Model& quantized) {
  const tflite::Subgraph& main = float_model.subgraphs.at(0);
  const auto a = computing(main);
  const auto b = computing(quantized.subgraphs.at(0));
  if (names(a) != names(b)) {
    fail(ErrorKind::invalid_model, "the quantized model has other operators: {} instead of {}", names(b), names(a));
  }
  std::map<std::int32_t, std::int32_t> matched;
  const auto match = [&](const std::vector<std::int32_t>& ours, const std::vector<std::int32_t>& theirs) {
    for (std::size_t k = 0; k < std::min(ours.size(), theirs.size()); ++k) {
      if (ours[k] < 0 || theirs[k] < 0) continue;
      const tflite::Tensor& tensor = main.tensors[static_cast<std::size_t>(ours[k])];
      if (tensor.type == tflite::TensorType::float32 && float_model.buffer_of(tensor).empty())
        matched.try_emplace(ours[k], theirs[k]);
    }
  };
  for (std::size_t i = 0; i < a.size(); ++i) {
    // Inputs first: those of the model come from nowhere else. The others are outputs that are matched already.
    match(a[i]->inputs, b[i]->inputs);
    match(a[i]->outputs, b[i]->outputs);
  }
  return matched;
}

}  // namespace mltk::quantize
