#include "audio/length.h"

#include <algorithm>
#include <cmath>

namespace mltk::audio {
namespace {

constexpr std::size_t kFrame = 2048;
constexpr std::size_t kHop = 512;

/// Mean square of each frame; frames are centred on multiples of kHop, zeros lie beyond the ends.
std::vector<double> frame_powers(std::span<const float> samples) {
  std::vector<double> sums(samples.size() + 1);
  for (std::size_t i = 0; i < samples.size(); ++i) sums[i + 1] = sums[i] + static_cast<double>(samples[i]) * samples[i];
  std::vector<double> powers(samples.size() / kHop + 1);
  for (std::size_t i = 0; i < powers.size(); ++i) {
    const std::size_t center = i * kHop;
    const std::size_t first = center - std::min(center, kFrame / 2);
    const std::size_t last = std::min(center + kFrame / 2, samples.size());
    powers[i] = (sums[last] - sums[first]) / kFrame;
  }
  return powers;
}

}  // namespace

std::pair<std::size_t, std::size_t> trimmed_range(std::span<const float> samples, double threshold_db) {
  constexpr double kLeastPower = 1e-10;
  const std::vector<double> powers = frame_powers(samples);
  const double reference = std::max(kLeastPower, std::ranges::max(powers));
  const auto loud = [&](double power) {
    return 10 * (std::log10(std::max(kLeastPower, power)) - std::log10(reference)) > -threshold_db;
  };
  const auto first = std::ranges::find_if(powers, loud);
  if (first == powers.end()) return {0, 0};
  const auto last = std::find_if(powers.rbegin(), powers.rend(), loud).base();
  const auto at = [&](auto frame) {
    return std::min(samples.size(), static_cast<std::size_t>(frame - powers.begin()) * kHop);
  };
  return {at(first), at(last)};
}

std::vector<float> fit_length(std::span<const float> samples, std::size_t length, double offset) {
  std::vector<float> result(length);
  if (samples.size() >= length) {
    const auto before = static_cast<std::size_t>(static_cast<double>(samples.size() - length) * offset);
    std::ranges::copy(samples.subspan(before, length), result.begin());
  } else {
    const auto before = static_cast<std::size_t>(static_cast<double>(length - samples.size()) * offset);
    std::ranges::copy(samples, result.begin() + static_cast<std::ptrdiff_t>(before));
  }
  return result;
}

}  // namespace mltk::audio
