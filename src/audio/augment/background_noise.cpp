// A piece of a recording behind the sound.

#include <iterator>

#include "audio/augment.h"
#include "audio/length.h"
#include "base/error.h"

namespace mltk::audio {
namespace {

void draw(Transform& transform, const AugmentSettings& settings, Rng& rng) {
  if (settings.bg_noises == nullptr || settings.bg_noises->empty() || !settings.bg_noise_range) return;
  // With both kinds of noise, each sample gets one of them.
  if (!settings.noise_colors.empty()) {
    if (rng.below(2) == 0) return;
    transform.noise_color = "none";
    transform.noise_color_factor = 0;
  }
  const auto count = static_cast<std::uint32_t>(settings.bg_noises->size());
  transform.bg_noise = std::next(settings.bg_noises->begin(), rng.below(count))->first;
  transform.bg_noise_factor = rng.uniform(settings.bg_noise_range->first, settings.bg_noise_range->second);
}

void apply(Clip& clip, const Transform& transform, const AugmentSettings& settings, Rng& rng) {
  if (transform.bg_noise.empty() || transform.bg_noise_factor == 0) return;
  if (settings.bg_noises == nullptr || !settings.bg_noises->contains(transform.bg_noise))
    fail(ErrorKind::invalid_argument, "there is no background noise '{}'", transform.bg_noise);
  const auto noise = fit_length(settings.bg_noises->at(transform.bg_noise), clip.samples.size(), rng.uniform(0, 1));
  const auto factor = static_cast<float>(transform.bg_noise_factor * transform.loudness_factor);
  for (std::size_t i = 0; i < noise.size(); ++i) clip.samples[i] += noise[i] * factor;
}

}  // namespace

extern const AugmentDef background_noise_def;
const AugmentDef background_noise_def = {"background_noise", draw, apply};

}  // namespace mltk::audio
