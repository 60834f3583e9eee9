#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tflite/model.h"

namespace mltk::quantize {

/// Codes of a tensor with one scale and the numbers that they stand for; a float tensor stands for itself.
class Coding {
 public:
  /// Throws Error(unsupported) for a type that is neither float32, int8, uint8 nor int16.
  explicit Coding(const tflite::Tensor& tensor);

  std::vector<float> decode(std::span<const std::uint8_t> bytes) const;
  /// The nearest codes; what is out of reach becomes the last one.
  std::vector<std::uint8_t> encode(std::span<const float> values) const;
  /// No code is within a step of the value. The outputs of SOFTMAX and LOGISTIC end a step before 1.
  bool is_out_of_reach(float value) const;

 private:
  tflite::TensorType type_;
  double scale_ = 1;
  double zero_point_ = 0;
  double lowest_ = 0;
  double highest_ = 0;

  template <class Code>
  std::vector<float> decode_as(std::span<const std::uint8_t> bytes) const;
  template <class Code>
  std::vector<std::uint8_t> encode_as(std::span<const float> values) const;
};

/// The tensor is [1, scores]: what a classifier gives.
bool holds_scores(const tflite::Tensor& tensor);
/// The class with the highest score; with one score class 1 from 0.5 on, else class 0.
std::int64_t class_of(const std::vector<float>& scores);
/// The score of a class.
float score_of(const std::vector<float>& scores, std::int64_t of);

}  // namespace mltk::quantize
