#include "image/augment.h"
#include "image/augment/pillow.h"
#include "image/augment/pixels.h"

namespace mltk::image {
namespace {

bool enabled(const AugmentSettings& settings) { return settings.brightness_range.has_value(); }

void apply(Tensor& picture, const AugmentSettings& settings, Rng& rng) {
  // Pillow's blend with black, on samples of 8 bits.
  const double factor = rng.uniform(settings.brightness_range->first, settings.brightness_range->second);
  const auto [low, high] = range_of(picture.as<float>());
  if (low >= 0 && high <= 255 && picture.shape()[2] <= 3) {
    blend_with_black(picture.as<float>(), static_cast<float>(factor));
    return;
  }
  Samples samples = to_samples(picture, false);
  blend_with_grey(samples, picture.shape()[2], 0, static_cast<float>(factor));
  for (std::size_t i = 0; i < samples.values.size(); ++i) picture.as<float>()[i] = samples.restore(samples.values[i]);
}

}  // namespace

extern const AugmentDef brightness_def;
const AugmentDef brightness_def = {"brightness", enabled, apply};

}  // namespace mltk::image
