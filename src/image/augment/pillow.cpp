#include "image/augment/pillow.h"

#include <algorithm>

#include "image/augment/pixels.h"

namespace mltk::image {

Samples to_samples(const Tensor& picture, bool always) {
  if (picture.shape()[2] < 1 || picture.shape()[2] > 4) {
    fail(ErrorKind::invalid_data, "brightness and contrast can be changed with 1 to 4 channels, the picture is {}",
         to_string(picture.shape()));
  }
  const auto pixels = picture.as<float>();
  Samples samples;
  const auto [low, high] = range_of(pixels);
  samples.stretched = always || low < 0 || high > 255;
  if (samples.stretched) {
    samples.low = low;
    samples.high = high;
  }
  const float range = high - low;
  samples.values.reserve(pixels.size());
  for (const float value : pixels) {
    const float sample = !samples.stretched ? value : range == 0 ? value - low : (value - low) / range * 255.0F;
    samples.values.push_back(to_sample(sample));
  }
  return samples;
}

std::uint8_t to_sample(float value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F)); }

void blend_with_grey(Samples& samples, std::int64_t channels, float grey, float factor) {
  for (std::size_t i = 0; i < samples.values.size(); ++i) {
    const bool alpha = channels == 4 && i % 4 == 3;
    if (!alpha) samples.values[i] = to_sample(grey + factor * (static_cast<float>(samples.values[i]) - grey));
  }
}

}  // namespace mltk::image
