#include "quantize/recorded_ranges.h"

#include <cmath>
#include <limits>

#include "base/error.h"
#include "quantize/matching.h"
#include "quantize/scales.h"

namespace mltk::quantize {
namespace {

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
  Ranges ranges;
  for (const auto& [index, counterpart] : match_activations(float_model, recorded)) {
    const tflite::Tensor& from = recorded.subgraphs.at(0).tensors[static_cast<std::size_t>(counterpart)];
    if (from.type != tflite::TensorType::int8 || from.quantization.scale.size() != 1) {
      fail(ErrorKind::invalid_model, "tensor '{}' of the recorded model is {}, expected int8 with one scale", from.name,
           tflite::to_string(from.type));
    }
    if (!from.quantization.min.empty() && !from.quantization.max.empty()) {
      ranges[index] = {from.quantization.min[0], from.quantization.max[0]};
    } else {
      ranges[index] = range_of({from.quantization.scale[0], from.quantization.zero_point.at(0)});
    }
  }
  return ranges;
}

}  // namespace mltk::quantize
