#include "image/augment.h"
#include "image/augment/pillow.h"

namespace mltk::image {
namespace {

bool enabled(const AugmentSettings& settings) { return settings.brightness_range.has_value(); }

void apply(Tensor& picture, const AugmentSettings& settings, Rng& rng) {
  // Pillow's blend with black, in float32 on samples of 8 bits.
  const auto factor =
      static_cast<float>(rng.uniform(settings.brightness_range->first, settings.brightness_range->second));
  const Samples samples = to_samples(picture, false);
  for (std::size_t i = 0; i < samples.values.size(); ++i) {
    picture.as<float>()[i] = samples.restore(to_sample(factor * static_cast<float>(samples.values[i])));
  }
}

}  // namespace

extern const AugmentDef brightness_def;
const AugmentDef brightness_def = {"brightness", enabled, apply};

}  // namespace mltk::image
