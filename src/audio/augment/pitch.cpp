// Higher or lower at the same length.

#include <algorithm>

#include "audio/augment.h"
#include "audio/spectrum.h"

namespace mltk::audio {
namespace {

void draw(Transform& transform, const AugmentSettings& settings, Rng& rng) {
  if (!settings.pitch_range) return;
  // Whole semitones, both ends included.
  const auto low = static_cast<std::int64_t>(settings.pitch_range->first);
  const auto high = static_cast<std::int64_t>(settings.pitch_range->second);
  const auto count = static_cast<std::uint32_t>(std::max<std::int64_t>(high - low + 1, 1));
  transform.pitch_factor = static_cast<double>(low + rng.below(count));
}

void apply(Clip& clip, const Transform& transform, const AugmentSettings&, Rng&) {
  if (transform.pitch_factor != 0) clip.samples = pitch_shift(clip.samples, transform.pitch_factor);
}

}  // namespace

extern const AugmentDef pitch_def;
const AugmentDef pitch_def = {"pitch", draw, apply};

}  // namespace mltk::audio
