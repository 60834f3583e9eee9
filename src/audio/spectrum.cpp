#include "audio/spectrum.h"

#include <kiss_fftr.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "audio/length.h"
#include "audio/resample.h"
#include "base/error.h"

namespace mltk::audio {
namespace {

using Complex = std::complex<float>;

constexpr std::size_t kFft = 2048;
constexpr std::size_t kHop = 512;
constexpr std::size_t kBins = kFft / 2 + 1;

std::vector<float> hann_window() {
  std::vector<float> window(kFft);
  for (std::size_t i = 0; i < kFft; ++i)
    window[i] = static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / kFft));
  return window;
}

/// The phase vocoder without phases: turning each bin by the angle between two frames is a product of unit phasors.
class Vocoder {
 public:
  explicit Vocoder(const Spectrogram& input) : input_(input), magnitudes_(input.values.size()), units_(input.values) {
    for (std::size_t i = 0; i < units_.size(); ++i) {
      magnitudes_[i] = std::sqrt(std::norm(units_[i]));
      units_[i] = magnitudes_[i] > 0 ? units_[i] / magnitudes_[i] : Complex(1, 0);
    }
  }

  Spectrogram stretch(double rate) const {
    const std::size_t count = input_.frames();
    const auto frames = static_cast<std::size_t>(std::ceil(static_cast<double>(count) / rate));
    Spectrogram result{.bins = kBins, .values = std::vector<Complex>(frames * kBins)};
    std::vector<Complex> phases(units_.begin(), units_.begin() + kBins);
    for (std::size_t i = 0; i < frames; ++i) {
      const double at = static_cast<double>(i) * rate;
      const auto first = static_cast<std::size_t>(at);
      if (first >= count) break;
      write_frame(result.frame(i), phases, first, static_cast<float>(at - static_cast<double>(first)));
    }
    return result;
  }

 private:
  const Spectrogram& input_;
  std::vector<float> magnitudes_;
  std::vector<Complex> units_;

  /// The frame between `first` and the next one, and the phases of the frame after it. Silence follows the last frame.
  void write_frame(std::span<Complex> to, std::vector<Complex>& phases, std::size_t first, float share) const {
    const bool is_last = first + 1 == input_.frames();
    const float* magnitude = magnitudes_.data() + first * kBins;
    const Complex* unit = units_.data() + first * kBins;
    for (std::size_t k = 0; k < kBins; ++k) {
      const float next_magnitude = is_last ? 0.0F : magnitude[k + kBins];
      const Complex next_unit = is_last ? Complex(1, 0) : unit[k + kBins];
      const Complex phase = phases[k];
      to[k] = phase * ((1 - share) * magnitude[k] + share * next_magnitude);
      const float turn_real = next_unit.real() * unit[k].real() + next_unit.imag() * unit[k].imag();
      const float turn_imag = next_unit.imag() * unit[k].real() - next_unit.real() * unit[k].imag();
      const float real = phase.real() * turn_real - phase.imag() * turn_imag;
      const float imag = phase.real() * turn_imag + phase.imag() * turn_real;
      // Rounding must not make a long sound louder.
      const float scale = 1 / std::sqrt(real * real + imag * imag);
      phases[k] = {real * scale, imag * scale};
    }
  }
};

/// Where each bin of the warped spectrum comes from, in bins.
std::vector<double> sources_of_bins(std::int64_t rate_hz, double factor) {
  const double half = static_cast<double>(rate_hz) / 2;
  const double highest = std::min(4800.0, static_cast<double>((rate_hz - 1) / 2));
  const double scale = highest * std::min(factor, 1.0);
  const double boundary = scale / factor;
  std::vector<double> bins(kBins);
  for (std::size_t k = 0; k < kBins; ++k) {
    const double hz = half * static_cast<double>(k) / (kBins - 1);
    const double source = hz <= scale ? hz / factor : half - (half - hz) * (half - boundary) / (half - scale);
    bins[k] = std::clamp(source / half, 0.0, 1.0) * (kBins - 1);
  }
  return bins;
}

}  // namespace

struct RealFft::State {
  kiss_fftr_cfg to_spectrum;
  kiss_fftr_cfg to_signal;
};

RealFft::RealFft(std::size_t length)
    : state_(std::make_unique<State>(kiss_fftr_alloc(static_cast<int>(length), 0, nullptr, nullptr),
                                     kiss_fftr_alloc(static_cast<int>(length), 1, nullptr, nullptr))),
      length_(length) {
  MLTK_ASSERT(length > 0 && length % 2 == 0);
}

RealFft::~RealFft() {
  kiss_fftr_free(state_->to_spectrum);
  kiss_fftr_free(state_->to_signal);
}

void RealFft::forward(const float* signal, Complex* spectrum) const {
  kiss_fftr(state_->to_spectrum, signal, reinterpret_cast<kiss_fft_cpx*>(spectrum));
}

void RealFft::inverse(const Complex* spectrum, float* signal) const {
  kiss_fftri(state_->to_signal, reinterpret_cast<const kiss_fft_cpx*>(spectrum), signal);
  const float scale = 1.0F / static_cast<float>(length_);
  for (std::size_t i = 0; i < length_; ++i) signal[i] *= scale;
}

Spectrogram stft(std::span<const float> samples) {
  const std::vector<float> window = hann_window();
  const RealFft fft(kFft);
  const std::size_t frames = 1 + samples.size() / kHop;
  Spectrogram result{.bins = kBins, .values = std::vector<Complex>(frames * kBins)};
  std::vector<float> padded(samples.size() + kFft);
  std::ranges::copy(samples, padded.begin() + kFft / 2);
  std::vector<float> windowed(kFft);
  for (std::size_t i = 0; i < frames; ++i) {
    for (std::size_t j = 0; j < kFft; ++j) windowed[j] = padded[i * kHop + j] * window[j];
    fft.forward(windowed.data(), result.frame(i).data());
  }
  return result;
}

std::vector<float> istft(const Spectrogram& spectrogram, std::size_t length) {
  const std::vector<float> window = hann_window();
  const RealFft fft(kFft);
  const std::size_t frames = std::min(spectrogram.frames(), (length + kFft) / kHop + 1);
  const std::size_t padded = std::max(length + kFft, frames * kHop + kFft);
  std::vector<float> sum(padded);
  std::vector<float> squares(padded);
  std::vector<float> signal(kFft);
  for (std::size_t i = 0; i < frames; ++i) {
    fft.inverse(spectrogram.frame(i).data(), signal.data());
    for (std::size_t j = 0; j < kFft; ++j) {
      sum[i * kHop + j] += signal[j] * window[j];
      squares[i * kHop + j] += window[j] * window[j];
    }
  }
  std::vector<float> samples(length);
  for (std::size_t i = 0; i < length; ++i) {
    const float weight = squares[i + kFft / 2];
    samples[i] = sum[i + kFft / 2] / (weight > std::numeric_limits<float>::min() ? weight : 1.0F);
  }
  return samples;
}

std::vector<float> time_stretch(std::span<const float> samples, double rate) {
  if (!(rate > 0)) fail(ErrorKind::invalid_argument, "a sound cannot be played {} times as fast", rate);
  const auto length = static_cast<std::size_t>(std::nearbyint(static_cast<double>(samples.size()) / rate));
  const Spectrogram input = stft(samples);
  return istft(Vocoder(input).stretch(rate), length);
}

std::vector<float> pitch_shift(std::span<const float> samples, double semitones) {
  const double rate = std::exp2(-semitones / 12);
  return fit_length(resample(time_stretch(samples, rate), 1 / rate, 1), samples.size(), 0);
}

std::vector<float> warp_vocal_tract(std::span<const float> samples, std::int64_t rate_hz, double factor) {
  if (!(factor > 0)) fail(ErrorKind::invalid_argument, "a vocal tract cannot be {} times as long", factor);
  const Spectrogram input = stft(samples);
  const std::vector<double> sources = sources_of_bins(rate_hz, factor);
  Spectrogram result{.bins = kBins, .values = std::vector<Complex>(input.values.size())};
  // A frame's middle is its time zero here, so neighbouring bins of a tone have opposite signs.
  const auto sign = [](std::size_t bin) { return bin % 2 == 0 ? 1.0F : -1.0F; };
  for (std::size_t i = 0; i < input.frames(); ++i) {
    const auto from = input.frame(i);
    const auto to = result.frame(i);
    for (std::size_t k = 0; k < kBins; ++k) {
      const auto low = std::min(static_cast<std::size_t>(sources[k]), kBins - 2);
      const auto share = static_cast<float>(sources[k] - static_cast<double>(low));
      to[k] = sign(k) * (sign(low) * from[low] * (1 - share) + sign(low + 1) * from[low + 1] * share);
    }
  }
  return istft(result, samples.size());
}

}  // namespace mltk::audio
