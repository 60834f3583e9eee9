// The rate and the length of the network's input: silence cut off, a piece cut out or zeros added at a random offset.

#include "audio/length.h"

#include "audio/augment.h"
#include "audio/resample.h"

namespace mltk::audio {
namespace {

void draw(Transform& transform, const AugmentSettings& settings, Rng& rng) {
  transform.offset_percentage = rng.uniform(settings.offset_range.first, settings.offset_range.second);
}

void apply(Clip& clip, const Transform& transform, const AugmentSettings& settings, Rng&) {
  if (clip.rate_hz != settings.rate_hz) {
    clip.samples = resample(clip.samples, static_cast<double>(clip.rate_hz), static_cast<double>(settings.rate_hz));
    clip.rate_hz = settings.rate_hz;
  }
  if (settings.length == 0) return;
  std::span<const float> sound = clip.samples;
  if (settings.trim_threshold_db > 0) {
    const auto [first, last] = trimmed_range(sound, settings.trim_threshold_db);
    sound = sound.subspan(first, last - first);
  }
  clip.samples = fit_length(sound, settings.length, transform.offset_percentage);
}

}  // namespace

extern const AugmentDef length_def;
const AugmentDef length_def = {"length", draw, apply};

}  // namespace mltk::audio
