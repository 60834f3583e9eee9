// Louder or quieter.

#include "audio/augment.h"

namespace mltk::audio {
namespace {

void draw(Transform& transform, const AugmentSettings& settings, Rng& rng) {
  if (settings.loudness_range)
    transform.loudness_factor = rng.uniform(settings.loudness_range->first, settings.loudness_range->second);
}

void apply(Clip& clip, const Transform& transform, const AugmentSettings&, Rng&) {
  if (transform.loudness_factor == 1) return;
  for (float& sample : clip.samples) sample *= static_cast<float>(transform.loudness_factor);
}

}  // namespace

extern const AugmentDef loudness_def;
const AugmentDef loudness_def = {"loudness", draw, apply};

}  // namespace mltk::audio
