#include "image/augment/pillow.h"

#include <algorithm>

namespace mltk::image {

Samples to_samples(const Tensor& picture, bool always) {
  const auto pixels = picture.as<float>();
  Samples samples;
  const auto [low, high] = std::ranges::minmax(pixels);
  samples.stretched = always || low < 0 || high > 255;
  if (samples.stretched) {
    samples.low = low;
    samples.high = high;
  }
  const float range = high - low;
  for (const float value : pixels) {
    const float sample = !samples.stretched ? value : range == 0 ? value - low : (value - low) / range * 255.0F;
    samples.values.push_back(to_sample(sample));
  }
  return samples;
}

std::uint8_t to_sample(double value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)); }

}  // namespace mltk::image
