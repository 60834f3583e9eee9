#include <algorithm>

#include "image/augment.h"

namespace mltk::image {
namespace {

bool enabled(const AugmentSettings& settings) { return settings.channel_shift_range != 0; }

void apply(Tensor& picture, const AugmentSettings& settings, Rng& rng) {
  // All channels by the same intensity, within the picture's own range.
  const auto shift = static_cast<float>(rng.uniform(-settings.channel_shift_range, settings.channel_shift_range));
  const auto [low, high] = std::ranges::minmax(picture.as<float>());
  for (float& value : picture.as<float>()) value = std::clamp(value + shift, low, high);
}

}  // namespace

extern const AugmentDef channel_shift_def;
const AugmentDef channel_shift_def = {"channel_shift", enabled, apply};

}  // namespace mltk::image
