#include "quantize/rsqrt.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

namespace mltk::quantize {
namespace {

float refine(float value, float estimate, NewtonStep step) {
  const float half = value * -0.5F;
  if (step == NewtonStep::before_2_12) {
    const float t = half * estimate;
    const float u = estimate * t;
    return estimate * (u + 1.5F);
  }
  const float error = value * estimate * estimate - 1.0F;
  return estimate + -0.5F * estimate * error;
}

}  // namespace

void portable_rsqrt(std::span<const float> values, std::span<float> results) {
  for (std::size_t i = 0; i < values.size(); ++i) results[i] = 1.0F / std::sqrt(values[i]);
}

Rsqrt packet_rsqrt(std::function<float(float)> estimate, NewtonStep step) {
  return [estimate = std::move(estimate), step](std::span<const float> values, std::span<float> results) {
    constexpr std::size_t kPacket = 8;
    const std::size_t whole = values.size() / kPacket * kPacket;
    for (std::size_t i = 0; i < whole; ++i) results[i] = refine(values[i], estimate(values[i]), step);
    portable_rsqrt(values.subspan(whole), results.subspan(whole));
  };
}

float intel_rsqrt_estimate(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto exponent = static_cast<int>(bits >> 23U);
  const auto fraction = static_cast<double>(bits >> 13U & 0x3FFU);  // the top 10 bits decide
  const double mantissa = 1 + (fraction + 0.5) / 1024;
  const double root = std::nearbyint(2 / std::sqrt(exponent % 2 == 1 ? mantissa : 2 * mantissa) * 4096) / 4096;
  const int power = -1 - static_cast<int>(std::floor((exponent - 127) / 2.0));
  return static_cast<float>(std::ldexp(root, power));
}

}  // namespace mltk::quantize
