// The voice of a longer or shorter vocal tract.

#include "audio/augment.h"
#include "audio/spectrum.h"

namespace mltk::audio {
namespace {

void draw(Transform& transform, const AugmentSettings& settings, Rng& rng) {
  if (settings.vtlp_range) transform.vtlp_factor = rng.uniform(settings.vtlp_range->first, settings.vtlp_range->second);
}

void apply(Clip& clip, const Transform& transform, const AugmentSettings&, Rng&) {
  if (transform.vtlp_factor != 1) clip.samples = warp_vocal_tract(clip.samples, clip.rate_hz, transform.vtlp_factor);
}

}  // namespace

extern const AugmentDef vtlp_def;
const AugmentDef vtlp_def = {"vtlp", draw, apply};

}  // namespace mltk::audio
