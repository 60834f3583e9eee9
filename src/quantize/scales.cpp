#include "quantize/scales.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mltk::quantize {
namespace {

/// Largest bias code that the current quantizer lets happen: half of the range, so that sums do not overflow.
constexpr double kLargestBias = 1073741823;
constexpr double kMostInt32 = std::numeric_limits<std::int32_t>::max();

float largest_of(std::span<const float> values) {
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

void enlarge_old(WeightScales& weights, std::size_t channel, float bias, float input_scale) {
  const double limit =
      0.5 * static_cast<double>(input_scale) * static_cast<double>(weights.scales[channel]) * kMostInt32;
  if (static_cast<double>(bias) < limit) return;
  const auto enlarged =
      static_cast<float>(2.0 * static_cast<double>(bias) / kMostInt32 * static_cast<double>(127.0F / input_scale));
  weights.scales[channel] = enlarged / 127.0F;
  weights.inverses[channel] = enlarged == 0 ? 0 : 127.0F / enlarged;
}

void enlarge_current(WeightScales& weights, std::size_t channel, float bias, float input_scale, bool per_channel) {
  const auto most = static_cast<double>(bias);
  const double code = most / static_cast<double>(input_scale * weights.scales[channel]);
  if (per_channel ? code <= kLargestBias : code < kLargestBias) return;
  const auto scale = static_cast<float>(most / kLargestBias / static_cast<double>(input_scale));
  // A small move of a scale for all channels keeps the multiplier of the values.
  if (per_channel || std::abs(scale - weights.scales[channel]) > 1e-3F * weights.scales[channel])
    weights.inverses[channel] = static_cast<float>(1.0 / static_cast<double>(scale));
  weights.scales[channel] = scale;
}

}  // namespace

Params int8_params(const Range& range, Generation generation) {
  const float low = std::min(range.min, 0.0F);
  const float high = std::max(range.max, 0.0F);
  const float scale = (high - low) / 255.0F;
  if (generation == Generation::old) {
    const float zero = -128.0F - low / scale;
    return {scale, scale == 0 ? -128 : clamp_round(zero, -128, 127)};
  }
  // A range too small to divide by.
  if (high - low < 1e-6F) return {(1e-6F - -1e-6F) / 255.0F, 0};
  const auto zero = static_cast<float>(-128.0 - static_cast<double>(low) / static_cast<double>(scale));
  return {scale, static_cast<std::int64_t>(std::round(zero))};
}

Params constant_params(const Range& range) {
  const bool tiny = std::max(range.max, 0.0F) - std::min(range.min, 0.0F) < 1e-6F;
  return tiny ? Params{1e-6F / 255.0F, 0} : int8_params(range, Generation::current);
}

Params int16_params(const Range& range) { return {std::max(std::abs(range.min), std::abs(range.max)) / 32767.0F, 0}; }

std::int64_t clamp_round(float value, std::int64_t low, std::int64_t high) {
  // In double: every int32 limit is exact, and a value out of reach does not overflow.
  const double rounded = std::round(static_cast<double>(value));
  return static_cast<std::int64_t>(std::clamp(rounded, static_cast<double>(low), static_cast<double>(high)));
}

Channels channels_of(const std::vector<std::int32_t>& shape, std::size_t axis, bool per_channel) {
  if (!per_channel) return {};
  Channels channels{.count = static_cast<std::size_t>(shape.at(axis))};
  for (std::size_t i = axis + 1; i < shape.size(); ++i) channels.inner *= static_cast<std::size_t>(shape[i]);
  return channels;
}

WeightScales weight_scales(std::span<const float> weights, const Channels& channels, bool per_channel,
                           Generation generation) {
  std::vector<float> largest(channels.count);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    float& most = largest[channels.of(i)];
    most = std::max(most, std::abs(weights[i]));
  }
  WeightScales result{std::vector<float>(channels.count), std::vector<float>(channels.count)};
  for (std::size_t c = 0; c < channels.count; ++c) {
    float limit = largest[c];
    if (generation == Generation::current) {
      // A range below 1e-6 is widened.
      if (2 * limit < 1e-6F) limit = 5e-7F;
    } else if (limit == 0) {
      result.scales[c] = per_channel ? 0 : 1;
      continue;
    }
    result.scales[c] = limit / 127.0F;
    const bool by_scale = per_channel && generation == Generation::current;
    result.inverses[c] = by_scale ? static_cast<float>(1.0 / static_cast<double>(result.scales[c])) : 127.0F / limit;
  }
  return result;
}

void enlarge_for_bias(WeightScales& weights, std::span<const float> bias, float input_scale, bool per_channel,
                      Generation generation) {
  for (std::size_t c = 0; c < weights.scales.size(); ++c) {
    const float most = per_channel ? std::abs(bias[c]) : largest_of(bias);
    if (generation == Generation::old) {
      enlarge_old(weights, c, most, input_scale);
    } else {
      enlarge_current(weights, c, most, input_scale, per_channel);
    }
  }
}

std::vector<std::int8_t> weight_codes(std::span<const float> weights, const Channels& channels,
                                      const WeightScales& scales) {
  std::vector<std::int8_t> codes(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    codes[i] = static_cast<std::int8_t>(clamp_round(weights[i] * scales.inverses[channels.of(i)], -127, 127));
  return codes;
}

std::vector<float> bias_scales(float input_scale, std::span<const float> weight_scales) {
  std::vector<float> scales;
  for (const float scale : weight_scales) scales.push_back(input_scale * scale);
  return scales;
}

}  // namespace mltk::quantize
