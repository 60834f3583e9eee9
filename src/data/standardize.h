#pragma once

#include <optional>
#include <span>
#include <utility>

namespace mltk {

/// How the values of each sample are normalized, in the order of the fields.
struct SampleNormalization {
  std::optional<double> rescale;  ///< factor; none or 0 changes nothing
  bool samplewise_center = false;
  bool samplewise_std_normalization = false;                            ///< centres too
  std::optional<std::pair<double, double>> samplewise_normalize_range;  ///< smallest and largest value
};

/// Normalize the values of one sample. One that is constant becomes the low end of the range.
void standardize(std::span<float> values, const SampleNormalization& normalization);

}  // namespace mltk
