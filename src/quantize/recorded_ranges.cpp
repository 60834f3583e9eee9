#include "quantize/recorded_ranges.h"

#include <cmath>
#include <limits>

#include "quantize/scales.h"

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

/// The float numbers around a value, nearest first.
std::vector<float> around(float value) {
  constexpr int kSteps = 4;
  std::vector<float> values = {value};
  float above = value;
  float below = value;
  for (int i = 0; i < kSteps; ++i) {
    values.push_back(above = std::nextafter(above, std::numeric_limits<float>::max()));
    values.push_back(below = std::nextafter(below, std::numeric_limits<float>::lowest()));
  }
  return values;
}

/// A range from which exactly these parameters follow; its ends are moved by as little as that takes.
Range range_of(const Params& params) {
  const float low = static_cast<float>(-128 - params.zero_point) * params.scale;
  const float high = static_cast<float>(127 - params.zero_point) * params.scale;
  for (const float lower : around(low)) {
    for (const float upper : around(high)) {
      if (int8_params({lower, upper}, Generation::current) == params) return {lower, upper};
    }
  }
  return {low, high};
}

}  // namespace

Ranges recorded_ranges(const tflite::Model& float_model, const tflite::Model& recorded) {
  const tflite::Subgraph& ours = float_model.subgraphs.at(0);
  const tflite::Subgraph& theirs = recorded.subgraphs.at(0);
  const auto a = computing(ours);
  const auto b = computing(theirs);
  if (names(a) != names(b)) {
    fail(ErrorKind::invalid_model, "the recorded model has other operators: {} instead of {}", names(b), names(a));
  }
  Ranges ranges;
  const auto record = [&](std::int32_t index, std::int32_t counterpart) {
    if (index < 0 || counterpart < 0) return;
    const tflite::Tensor& tensor = ours.tensors[static_cast<std::size_t>(index)];
    const bool activation =
        tensor.type == tflite::TensorType::float32 && float_model.buffer_of(tensor).empty() && !ranges.contains(index);
    if (!activation) return;
    const tflite::Tensor& from = theirs.tensors[static_cast<std::size_t>(counterpart)];
    if (from.type != tflite::TensorType::int8 || from.quantization.scale.size() != 1) {
      fail(ErrorKind::invalid_model, "tensor '{}' of the recorded model is {}, expected int8 with one scale", from.name,
           tflite::to_string(from.type));
    }
    if (!from.quantization.min.empty() && !from.quantization.max.empty()) {
      ranges[index] = {from.quantization.min[0], from.quantization.max[0]};
      return;
    }
    ranges[index] = range_of({from.quantization.scale[0], from.quantization.zero_point.at(0)});
  };
  for (std::size_t i = 0; i < a.size(); ++i) {
    // Inputs first: those of the model come from nowhere else. The other inputs are outputs that are known already.
    for (std::size_t k = 0; k < std::min(a[i]->inputs.size(), b[i]->inputs.size()); ++k)
      record(a[i]->inputs[k], b[i]->inputs[k]);
    for (std::size_t k = 0; k < a[i]->outputs.size(); ++k) record(a[i]->outputs[k], b[i]->outputs.at(k));
  }
  return ranges;
}

}  // namespace mltk::quantize
