#include <cmath>

#include "image/augment.h"
#include "image/augment/pillow.h"
#include "image/colour.h"

namespace mltk::image {
namespace {

bool enabled(const AugmentSettings& settings) { return settings.contrast_range.has_value(); }

void apply(Tensor& picture, const AugmentSettings& settings, Rng& rng) {
  // Pillow's blend with the mean grey, in float32 on samples of 8 bits that are stretched to their whole range.
  const auto factor = static_cast<float>(rng.uniform(settings.contrast_range->first, settings.contrast_range->second));
  const Samples samples = to_samples(picture, true);
  const Tensor grey = convert_channels(Tensor(picture.shape(), std::span<const std::uint8_t>(samples.values)), 1);
  double sum = 0;
  for (const std::uint8_t value : grey.as<std::uint8_t>()) sum += value;
  const auto mean = static_cast<float>(std::floor(sum / static_cast<double>(grey.elements()) + 0.5));
  for (std::size_t i = 0; i < samples.values.size(); ++i) {
    picture.as<float>()[i] = to_sample(mean + factor * (static_cast<float>(samples.values[i]) - mean));
  }
}

}  // namespace

extern const AugmentDef contrast_def;
const AugmentDef contrast_def = {"contrast", enabled, apply};

}  // namespace mltk::image
