#include <algorithm>

#include "image/augment.h"
#include "image/augment/pixels.h"

namespace mltk::image {
namespace {

bool enabled(const AugmentSettings& settings) { return settings.horizontal_flip; }

void apply(Tensor& picture, const AugmentSettings& /*settings*/, Rng& rng) {
  if (rng.uniform() >= 0.5F) return;
  const std::int64_t width = picture.shape()[1];
  const std::int64_t channels = picture.shape()[2];
  for (std::int64_t r = 0; r < picture.shape()[0]; ++r) {
    float* row = &picture.as<float>()[static_cast<std::size_t>(r * width * channels)];
    if (channels == 1) {
      reverse({row, static_cast<std::size_t>(width)});
      continue;
    }
    for (std::int64_t c = 0; c < width / 2; ++c) {
      std::swap_ranges(row + c * channels, row + (c + 1) * channels, row + (width - 1 - c) * channels);
    }
  }
}

}  // namespace

extern const AugmentDef horizontal_flip_def;
const AugmentDef horizontal_flip_def = {"horizontal_flip", enabled, apply};

}  // namespace mltk::image
