#pragma once

#include <cstdint>
#include <vector>

#include "tensor/tensor.h"

namespace mltk::image {

/// A picture as 8-bit samples, the form in which Pillow changes brightness and contrast.
struct Samples {
  std::vector<std::uint8_t> values;
  bool stretched = false;
  float low = 0;
  float high = 255;

  /// The picture's value of a sample.
  float restore(std::uint8_t sample) const {
    return stretched ? static_cast<float>(sample) / 255.0F * (high - low) + low : static_cast<float>(sample);
  }
};

/// Truncate to 8 bits; stretch the picture's range to 0..255 first where it leaves it, or `always`.
/// Throws Error(invalid_data) when the picture has more than 4 channels, which Pillow has no mode for.
Samples to_samples(const Tensor& picture, bool always);

/// Truncated and kept within 0..255.
std::uint8_t to_sample(float value);

/// Pillow's enhancement: the samples drawn towards a grey (factor below 1) or away from it. The alpha of a picture with
/// 4 channels keeps its value.
void blend_with_grey(Samples& samples, std::int64_t channels, float grey, float factor);

}  // namespace mltk::image
