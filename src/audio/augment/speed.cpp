// Faster or slower at the same pitch.

#include "audio/augment.h"
#include "audio/spectrum.h"

namespace mltk::audio {
namespace {

void draw(Transform& transform, const AugmentSettings& settings, Rng& rng) {
  if (settings.speed_range)
    transform.speed_factor = rng.uniform(settings.speed_range->first, settings.speed_range->second);
}

void apply(Clip& clip, const Transform& transform, const AugmentSettings&, Rng&) {
  if (transform.speed_factor != 1) clip.samples = time_stretch(clip.samples, transform.speed_factor);
}

}  // namespace

extern const AugmentDef speed_def;
const AugmentDef speed_def = {"speed", draw, apply};

}  // namespace mltk::audio
