// Noise whose power is a power of the frequency: white f^0, pink f^-1, brown f^-2, blue f^1, violet f^2.

#include <algorithm>
#include <bit>
#include <cmath>

#include "audio/augment.h"
#include "audio/real_fft.h"
#include "base/error.h"
#include "base/normals.h"

namespace mltk::audio {
namespace {

void draw(Transform& transform, const AugmentSettings& settings, Rng& rng) {
  if (settings.noise_colors.empty()) return;
  transform.noise_color = settings.noise_colors[rng.below(static_cast<std::uint32_t>(settings.noise_colors.size()))];
  if (settings.noise_color_range)
    transform.noise_color_factor = rng.uniform(settings.noise_color_range->first, settings.noise_color_range->second);
}

/// Exponent of the amplitude.
float exponent_of(std::string_view color) {
  if (color == "white") return 0;
  if (color == "pink") return -0.5F;
  if (color == "brown") return -1;
  if (color == "blue") return 0.5F;
  if (color == "violet") return 1;
  fail(ErrorKind::invalid_argument, "noise color '{}' is unknown; use white, pink, brown, blue, violet or none", color);
}

std::vector<float> normals_of(std::size_t count, Rng& rng) {
  std::vector<float> numbers(count);
  fill_normal(rng, numbers);
  return numbers;
}

std::vector<float> shaped_noise(std::size_t length, float exponent, Rng& rng) {
  const RealFft fft(std::bit_ceil(std::max(length, RealFft::kLeastLength)));
  std::vector<float> real = normals_of(fft.length() / 2 + 1, rng);
  std::vector<float> imag = normals_of(real.size(), rng);
  real[0] = imag[0] = 0;
  for (std::size_t k = 1; k < real.size(); ++k) {
    const float amplitude = std::pow(static_cast<float>(k), exponent);
    real[k] *= amplitude;
    imag[k] *= amplitude;
  }
  std::vector<float> noise(fft.length());
  fft.inverse(real.data(), imag.data(), noise.data());
  noise.resize(length);
  return noise;
}

/// Noise whose largest value is 1.
std::vector<float> colored_noise(std::size_t length, float exponent, Rng& rng) {
  std::vector<float> noise = exponent == 0 ? normals_of(length, rng) : shaped_noise(length, exponent, rng);
  float peak = 0;
  for (const float value : noise) peak = std::max(peak, std::abs(value));
  for (float& value : noise) value /= std::max(peak, 1e-30F);
  return noise;
}

void apply(Clip& clip, const Transform& transform, const AugmentSettings&, Rng& rng) {
  if (transform.noise_color == "none" || transform.noise_color_factor == 0) return;
  const auto noise = colored_noise(clip.samples.size(), exponent_of(transform.noise_color), rng);
  const auto factor = static_cast<float>(transform.noise_color_factor * transform.loudness_factor);
  for (std::size_t i = 0; i < noise.size(); ++i) clip.samples[i] += noise[i] * factor;
}

}  // namespace

extern const AugmentDef noise_color_def;
const AugmentDef noise_color_def = {"noise_color", draw, apply};

}  // namespace mltk::audio
