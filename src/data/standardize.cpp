#include "data/standardize.h"

#include <algorithm>
#include <cmath>

namespace mltk {
namespace {

void center(std::span<float> values, bool by_deviation) {
  double sum = 0;
  for (const float value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  double squares = 0;
  for (float& value : values) {
    value -= static_cast<float>(mean);
    squares += static_cast<double>(value) * value;
  }
  if (!by_deviation) return;
  const auto deviation = static_cast<float>(std::sqrt(squares / static_cast<double>(values.size())) + 1e-6);
  for (float& value : values) value /= deviation;
}

void stretch(std::span<float> values, double low, double high) {
  const auto [smallest, largest] = std::ranges::minmax(values);
  const double scale = largest > smallest ? (high - low) / (static_cast<double>(largest) - smallest) : 0;
  for (float& value : values) value = static_cast<float>((value - smallest) * scale + low);
}

}  // namespace

void standardize(std::span<float> values, const SampleNormalization& normalization) {
  if (values.empty()) return;
  if (normalization.rescale && *normalization.rescale != 0) {
    for (float& value : values) value *= static_cast<float>(*normalization.rescale);
  }
  if (normalization.samplewise_center || normalization.samplewise_std_normalization)
    center(values, normalization.samplewise_std_normalization);
  if (normalization.samplewise_normalize_range) {
    const auto [low, high] = *normalization.samplewise_normalize_range;
    stretch(values, low, high);
  }
}

}  // namespace mltk
