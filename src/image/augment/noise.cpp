#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "image/augment.h"

namespace mltk::image {
namespace {

/// Set 0.2 % of the elements, at random places.
void set_pixels(Tensor& picture, float value, Rng& rng) {
  constexpr double kShare = 0.004 * 0.5;
  const auto count = static_cast<std::int64_t>(std::ceil(kShare * static_cast<double>(picture.elements())));
  for (std::int64_t i = 0; i < count; ++i) {
    picture.as<float>()[rng.below(static_cast<std::uint32_t>(picture.elements()))] = value;
  }
}

/// Shot noise: Poisson(x * k) / k, where k is the number of distinct values, up to a power of two.
void add_poisson(Tensor& picture, Rng& rng) {
  const std::set<float> distinct(picture.as<float>().begin(), picture.as<float>().end());
  const double levels = std::exp2(std::ceil(std::log2(static_cast<double>(distinct.size()))));
  for (float& value : picture.as<float>()) {
    const double mean = std::max(0.0, static_cast<double>(value)) * levels;
    if (mean > 0)
      value = static_cast<float>(static_cast<double>(std::poisson_distribution<std::int64_t>(mean)(rng)) / levels);
  }
}

bool enabled(const AugmentSettings& settings) { return !settings.noise.empty(); }

void apply(Tensor& picture, const AugmentSettings& settings, Rng& rng) {
  const std::string& kind = settings.noise[rng.below(static_cast<std::uint32_t>(settings.noise.size()))];
  if (kind == "gauss") {
    for (float& value : picture.as<float>()) value += static_cast<float>(rng.normal() * std::sqrt(0.1));
  } else if (kind == "speckle") {
    for (float& value : picture.as<float>()) value += static_cast<float>(value * rng.normal());
  } else if (kind == "s&p") {
    set_pixels(picture, 255, rng);
    set_pixels(picture, 0, rng);
  } else if (kind == "poisson") {
    add_poisson(picture, rng);
  }
}

}  // namespace

extern const AugmentDef noise_def;
const AugmentDef noise_def = {"noise", enabled, apply};

}  // namespace mltk::image
