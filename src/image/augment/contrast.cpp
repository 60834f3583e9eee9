#include <algorithm>
#include <cmath>

#include "image/augment.h"
#include "image/augment/pillow.h"
#include "image/colour.h"

namespace mltk::image {
namespace {

bool enabled(const AugmentSettings& settings) { return settings.contrast_range.has_value(); }

void apply(Tensor& picture, const AugmentSettings& settings, Rng& rng) {
  // Pillow's blend with the mean grey, on samples of 8 bits that are stretched to their whole range.
  const double factor = rng.uniform(settings.contrast_range->first, settings.contrast_range->second);
  Samples samples = to_samples(picture, true);
  const Tensor grey = convert_channels(Tensor(picture.shape(), std::span<const std::uint8_t>(samples.values)), 1);
  double sum = 0;
  for (const std::uint8_t value : grey.as<std::uint8_t>()) sum += value;
  const double mean = std::floor(sum / static_cast<double>(grey.elements()) + 0.5);
  blend_with_grey(samples, picture.shape()[2], static_cast<float>(mean), static_cast<float>(factor));
  std::ranges::copy(samples.values, picture.as<float>().begin());
}

}  // namespace

extern const AugmentDef contrast_def;
const AugmentDef contrast_def = {"contrast", enabled, apply};

}  // namespace mltk::image
