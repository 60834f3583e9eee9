#include "audio/feature_generator.h"

#include <algorithm>
#include <utility>

#include "audio/quantize.h"
#include "base/error.h"

namespace mltk::audio {

FeatureGenerator::FeatureGenerator(const FeatureSettings& settings)
    : settings_(settings),
      tables_(settings),
      samples_(static_cast<std::size_t>(tables_.constants().window)),
      windowed_(samples_.size()),
      spectrum_(static_cast<std::size_t>(tables_.constants().fft_length) / 2 + 1),
      signal_(static_cast<std::size_t>(tables_.constants().channels)),
      estimate_(signal_.size()),
      features_(signal_.size()) {
  state_.samples = samples_.data();
  state_.windowed = windowed_.data();
  state_.spectrum = spectrum_.data();
  state_.signal = signal_.data();
  state_.estimate = estimate_.data();
  if (settings.fft_length() >= BatchFrontend::kSmallestFft) {
    batch_.emplace(tables_.constants());
    signals_ = hwy::AllocateAligned<std::uint32_t>(static_cast<std::size_t>(settings.height()) * batch_->stride());
    std::fill_n(signals_.get(), static_cast<std::size_t>(settings.height()) * batch_->stride(), 0);
  }
  reset();
}

void FeatureGenerator::reset() { audio::reset(tables_.constants(), state_); }

bool FeatureGenerator::activity_was_detected() { return std::exchange(state_.tripped, false); }

void FeatureGenerator::push(std::span<const std::int16_t> samples,
                            const std::function<void(std::span<const std::uint16_t>)>& frame) {
  while (!samples.empty()) {
    const auto count = static_cast<int>(std::min(samples.size(), samples_.size()));
    const Pushed pushed = push_samples(tables_.constants(), state_, samples.data(), count, features_.data());
    samples = samples.subspan(static_cast<std::size_t>(pushed.consumed));
    if (pushed.complete) frame(features_);
  }
}

void FeatureGenerator::process(std::span<const std::int16_t> sample, std::span<std::uint16_t> spectrogram) {
  if (sample.size() != static_cast<std::size_t>(settings_.sample_length())) {
    fail(ErrorKind::invalid_argument,
         "audio feature generator: the sample has {} values, expected {}: {} ms at {} Hz; cut or fill it up, or change "
         "sample_length_ms",
         sample.size(), settings_.sample_length(), settings_.sample_length_ms, settings_.sample_rate_hz);
  }
  if (spectrogram.size() != settings_.elements()) {
    fail(ErrorKind::invalid_argument,
         "audio feature generator: there is room for {} features, expected {} x {}; give as many", spectrogram.size(),
         settings_.height(), settings_.width());
  }
  reset();
  if (batch_) {
    process_batch(sample, spectrogram);
  } else {
    auto row = spectrogram.begin();
    push(sample, [&](std::span<const std::uint16_t> frame) { row = std::ranges::copy(frame, row).out; });
  }
  const bool tripped = state_.tripped;
  reset();
  state_.tripped = tripped;
}

void FeatureGenerator::process_batch(std::span<const std::int16_t> sample, std::span<std::uint16_t> spectrogram) {
  const FrontendConstants& constants = tables_.constants();
  if (constants.dc_notch.enable) {
    filtered_.resize(sample.size());
    dc_notch(constants.dc_notch, state_, sample.data(), static_cast<int>(sample.size()), filtered_.data());
    sample = filtered_;
  }
  const int height = settings_.height();
  batch_->amplitudes(sample.data(), height, signals_.get());
  for (int row = 0; constants.activity.enable && row < height; ++row) {
    detect_activity(constants, state_, signals_.get() + static_cast<std::size_t>(row) * batch_->stride());
  }
  batch_->finish(signals_.get(), height, spectrogram.data());
}

Tensor FeatureGenerator::process(std::span<const std::int16_t> sample, DType dtype) {
  if (dtype != DType::uint16 && dtype != DType::float32 && dtype != DType::int8) {
    fail(ErrorKind::invalid_argument,
         "audio feature generator: the dtype is {}, expected int8, uint16 or float32; choose one", to_string(dtype));
  }
  Tensor features(DType::uint16, Shape{settings_.height(), settings_.width()});
  process(sample, features.as<std::uint16_t>());
  if (dtype != DType::int8) return features.cast(dtype);
  Tensor codes(DType::int8, features.shape());
  quantize(settings_, features.as<std::uint16_t>(), codes.as<std::int8_t>());
  return codes;
}

void quantize(const FeatureSettings& settings, std::span<const std::uint16_t> spectrogram,
              std::span<std::int8_t> codes) {
  MLTK_ASSERT(spectrogram.size() == codes.size());
  constexpr float kFeaturePerDecibel = 0.11512925465F;  // ln(10) / 20
  const int range = settings.quantize_dynamic_scale_enable
                        ? static_cast<int>(settings.quantize_dynamic_scale_range_db *
                                           static_cast<float>(1 << settings.log_scale_shift) * kFeaturePerDecibel)
                        : 0;
  if (range > 0) {
    quantize_dynamic(spectrogram.data(), spectrogram.size(), range, codes.data());
  } else {
    quantize_static(spectrogram.data(), spectrogram.size(), codes.data());
  }
}

}  // namespace mltk::audio
