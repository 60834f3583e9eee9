#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantize/calibrate.h"

namespace mltk::quantize {

/// The arithmetic of the converter's two quantizers, checked against files that they made. Steps are float32, each
/// rounded once, except where a double is written.

enum class Generation : std::uint8_t {
  old,      ///< of int16x8, and of int8 through TensorFlow 2.4 or with experimental_new_quantizer=False
  current,  ///< of int8 from TensorFlow 2.5 on
};

/// real = scale * (code - zero_point)
struct Params {
  float scale = 0;
  std::int64_t zero_point = 0;
  bool operator==(const Params&) const = default;
};

/// Asymmetric int8 parameters of a measured range.
Params int8_params(const Range& range, Generation generation);
/// Parameters of a constant operand, for the current quantizer.
Params constant_params(const Range& range);
/// Symmetric int16 parameters of a measured range.
Params int16_params(const Range& range);

/// round(value), half away from zero, within [low, high].
std::int64_t clamp_round(float value, std::int64_t low, std::int64_t high);

/// Which scale an element of a weight tensor has.
struct Channels {
  std::size_t count = 1;  ///< number of scales
  std::size_t inner = 1;  ///< elements between two steps along the channel axis
  std::size_t of(std::size_t element) const { return element / inner % count; }
};
Channels channels_of(const std::vector<std::int32_t>& shape, std::size_t axis, bool per_channel);

/// Symmetric int8 weights.
struct WeightScales {
  std::vector<float> scales;
  std::vector<float> inverses;  ///< what weights are multiplied with
};
WeightScales weight_scales(std::span<const float> weights, const Channels& channels, bool per_channel,
                           Generation generation);
/// Where a bias would overflow its int32, the scale of the weights grows: dead channels with tiny weights.
void enlarge_for_bias(WeightScales& weights, std::span<const float> bias, float input_scale, bool per_channel,
                      Generation generation);
std::vector<std::int8_t> weight_codes(std::span<const float> weights, const Channels& channels,
                                      const WeightScales& scales);

/// Scales of a bias: input scale times weight scales.
std::vector<float> bias_scales(float input_scale, std::span<const float> weight_scales);

}  // namespace mltk::quantize
