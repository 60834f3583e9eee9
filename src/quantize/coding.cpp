#include "quantize/coding.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "base/error.h"

namespace mltk::quantize {

using tflite::TensorType;

namespace {

std::pair<double, double> code_limits(TensorType type) {
  switch (type) {
    case TensorType::int8: return {-128, 127};
    case TensorType::uint8: return {0, 255};
    case TensorType::int16: return {-32768, 32767};
    default: fail(ErrorKind::unsupported, "a tensor of type {} has no codes", tflite::to_string(type));
  }
}

}  // namespace

Coding::Coding(const tflite::Tensor& tensor) : type_(tensor.type) {
  if (type_ == TensorType::float32) return;
  std::tie(lowest_, highest_) = code_limits(type_);
  if (tensor.quantization.scale.size() != 1) {
    fail(ErrorKind::invalid_model, "tensor '{}' has {} scales, expected one", tensor.name,
         tensor.quantization.scale.size());
  }
  scale_ = tensor.quantization.scale[0];
  zero_point_ = static_cast<double>(tensor.quantization.zero_point.at(0));
}

template <class Code>
std::vector<float> Coding::decode_as(std::span<const std::uint8_t> bytes) const {
  const std::span codes(reinterpret_cast<const Code*>(bytes.data()), bytes.size() / sizeof(Code));
  std::vector<float> values;
  for (const Code code : codes)
    values.push_back(static_cast<float>((static_cast<double>(code) - zero_point_) * scale_));
  return values;
}

template <class Code>
std::vector<std::uint8_t> Coding::encode_as(std::span<const float> values) const {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(Code));
  auto* codes = reinterpret_cast<Code*>(bytes.data());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if constexpr (std::is_same_v<Code, float>) {
      codes[i] = values[i];
    } else {
      const double code = std::round(static_cast<double>(values[i]) / scale_) + zero_point_;
      codes[i] = static_cast<Code>(std::clamp(code, lowest_, highest_));
    }
  }
  return bytes;
}

std::vector<float> Coding::decode(std::span<const std::uint8_t> bytes) const {
  switch (type_) {
    case TensorType::float32: return decode_as<float>(bytes);
    case TensorType::int8: return decode_as<std::int8_t>(bytes);
    case TensorType::uint8: return decode_as<std::uint8_t>(bytes);
    default: return decode_as<std::int16_t>(bytes);
  }
}

std::vector<std::uint8_t> Coding::encode(std::span<const float> values) const {
  switch (type_) {
    case TensorType::float32: return encode_as<float>(values);
    case TensorType::int8: return encode_as<std::int8_t>(values);
    case TensorType::uint8: return encode_as<std::uint8_t>(values);
    default: return encode_as<std::int16_t>(values);
  }
}

bool Coding::is_out_of_reach(float value) const {
  if (type_ == TensorType::float32) return false;
  const double code = static_cast<double>(value) / scale_ + zero_point_;
  return code < lowest_ - 1 || code > highest_ + 1;
}

bool holds_scores(const tflite::Tensor& tensor) {
  return tensor.shape.size() == 2 && tflite::elements(tensor) == tensor.shape[1];
}

std::int64_t class_of(const std::vector<float>& scores) {
  if (scores.size() == 1) return scores[0] >= 0.5F ? 1 : 0;
  return std::ranges::max_element(scores) - scores.begin();
}

float score_of(const std::vector<float>& scores, std::int64_t of) {
  if (scores.size() > 1) return scores[static_cast<std::size_t>(of)];
  return of == 1 ? scores[0] : 1 - scores[0];
}

}  // namespace mltk::quantize
