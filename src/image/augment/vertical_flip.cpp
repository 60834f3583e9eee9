#include <algorithm>

#include "image/augment.h"

namespace mltk::image {
namespace {

bool enabled(const AugmentSettings& settings) { return settings.vertical_flip; }

void apply(Tensor& picture, const AugmentSettings& /*settings*/, Rng& rng) {
  if (rng.uniform() >= 0.5F) return;
  const std::int64_t height = picture.shape()[0];
  const std::int64_t row = picture.shape()[1] * picture.shape()[2];
  float* data = picture.as<float>().data();
  for (std::int64_t r = 0; r < height / 2; ++r) {
    std::swap_ranges(data + r * row, data + (r + 1) * row, data + (height - 1 - r) * row);
  }
}

}  // namespace

extern const AugmentDef vertical_flip_def;
const AugmentDef vertical_flip_def = {"vertical_flip", enabled, apply};

}  // namespace mltk::image
