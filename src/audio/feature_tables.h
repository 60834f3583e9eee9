#pragma once

#include <cstdint>
#include <vector>

#include "audio/feature_settings.h"
#include "audio/frontend.h"

namespace mltk::audio {

/// The constants of a frontend, computed from settings; owns the tables that `constants()` points to. The float32
/// expressions are those of the reference, so every table has its bits.
class FeatureTables {
 public:
  /// Throws Error(invalid_argument): see FeatureSettings::validate; also when the filter bank reaches beyond the
  /// spectrum, or shifts have no place in 32 bits.
  explicit FeatureTables(const FeatureSettings& settings);
  FeatureTables(const FeatureTables&) = delete;
  FeatureTables& operator=(const FeatureTables&) = delete;

  const FrontendConstants& constants() const { return constants_; }

 private:
  void fill_window();
  void fill_twiddles();
  void fill_filterbank(const FeatureSettings& settings);
  void fill_gains(const FeatureSettings& settings);

  FrontendConstants constants_;
  std::vector<std::int16_t> window_;
  std::vector<Complex16> twiddles_;
  std::vector<Complex16> super_twiddles_;
  std::vector<std::int16_t> band_ends_;
  std::vector<std::int16_t> weights_;
  std::vector<std::int16_t> unweights_;
  std::vector<std::int16_t> gains_;
};

}  // namespace mltk::audio
