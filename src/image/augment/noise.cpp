#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "base/normals.h"
#include "image/augment.h"
#include "image/augment/pixels.h"

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

std::vector<float> normals_of(std::size_t count, Rng& rng) {
  std::vector<float> numbers(count);
  fill_normal(rng, numbers);
  return numbers;
}

/// In a table of twice as many places, each value at the first free place from its hash on.
std::size_t count_distinct(std::span<const float> values) {
  const std::size_t places = std::bit_ceil(2 * values.size());
  constexpr std::uint32_t kFree = 0xFFFFFFFF;  // a NaN
  std::vector<std::uint32_t> table(places, kFree);
  std::size_t distinct = 0;
  for (const float value : values) {
    const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F);  // 0 has two signs
    std::size_t place = (bits * 0x9E3779B97F4A7C15ULL >> 20U) % places;
    while (table[place] != kFree && table[place] != bits) place = (place + 1) % places;
    distinct += table[place] == kFree ? 1 : 0;
    table[place] = bits;
  }
  return distinct;
}

/// A number of the Poisson distribution: the first whose cumulated probability exceeds a uniform number.
double poisson_by_sum(double mean, Rng& rng) {
  const double uniform = rng.uniform(0, 1);
  double probability = std::exp(-mean);
  double sum = probability;
  double number = 0;
  while (sum < uniform && probability > 0) {
    number += 1;
    probability *= mean / number;
    sum += probability;
  }
  return number;
}

/// Shot noise: Poisson(x * k) / k, where k is the number of distinct values, up to a power of two.
void add_poisson(Tensor& picture, Rng& rng) {
  const auto values = picture.as<float>();
  const auto levels = static_cast<float>(std::bit_ceil(count_distinct(values)));
  const std::vector<float> before(values.begin(), values.end());
  add_shot_noise(values, levels, normals_of(values.size(), rng));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double mean = static_cast<double>(before[i]) * levels;
    if (mean > 0 && mean < kLeastShotMean) values[i] = static_cast<float>(poisson_by_sum(mean, rng) / levels);
  }
}

/// x + noise (scale + x share) for normal noise.
void add_normal(Tensor& picture, float scale, float share, Rng& rng) {
  const auto values = picture.as<float>();
  const std::vector<float> noise = normals_of(values.size(), rng);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += noise[i] * (scale + share * values[i]);
}

bool enabled(const AugmentSettings& settings) { return !settings.noise.empty(); }

void apply(Tensor& picture, const AugmentSettings& settings, Rng& rng) {
  const std::string& kind = settings.noise[rng.below(static_cast<std::uint32_t>(settings.noise.size()))];
  if (kind == "gauss") {
    add_normal(picture, std::sqrt(0.1F), 0, rng);
  } else if (kind == "speckle") {
    add_normal(picture, 0, 1, rng);
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
