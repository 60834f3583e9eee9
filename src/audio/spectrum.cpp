#include "audio/spectrum.h"

#include <kiss_fft.h>

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

/// The constants of all short-time spectra. Computing them takes as long as the spectra of a clip.
struct Frames {
  RealFft fft{kFft};
  std::vector<float> window = hann_window();
};

const Frames& frames_of_spectra() {
  static const Frames kFrames;
  return kFrames;
}

/// The phase vocoder without phases: turning each bin by the angle between two frames is a product of unit phasors.
class Vocoder {
 public:
  /// Behind the last frame there is one of silence.
  explicit Vocoder(const Spectrogram& input)
      : count_(input.frames()),
        magnitudes_(input.values.size() + kBins),
        units_(input.values.size() + kBins, Complex(1, 0)) {
    for (std::size_t i = 0; i < input.values.size(); ++i) {
      const float real = input.values[i].real();
      const float imag = input.values[i].imag();
      const float magnitude = std::sqrt(real * real + imag * imag);
      const float scale = magnitude > 0 ? 1 / magnitude : 0.0F;
      magnitudes_[i] = magnitude;
      units_[i] = {magnitude > 0 ? real * scale : 1.0F, imag * scale};
    }
  }

  Spectrogram stretch(double rate) const {
    const auto frames = static_cast<std::size_t>(std::ceil(static_cast<double>(count_) / rate));
    Spectrogram result{.bins = kBins, .values = std::vector<Complex>(frames * kBins)};
    std::vector<Complex> phases(units_.begin(), units_.begin() + kBins);
    for (std::size_t i = 0; i < frames; ++i) {
      const double at = static_cast<double>(i) * rate;
      const auto first = static_cast<std::size_t>(at);
      if (first >= count_) break;
      write_frame(result.frame(i), phases, first, static_cast<float>(at - static_cast<double>(first)));
    }
    return result;
  }

 private:
  std::size_t count_;
  std::vector<float> magnitudes_;
  std::vector<Complex> units_;

  /// The frame between `first` and the next one, and the phases of the frame after it.
  void write_frame(std::span<Complex> to, std::vector<Complex>& phases, std::size_t first, float share) const {
    const float* magnitude = magnitudes_.data() + first * kBins;
    const Complex* unit = units_.data() + first * kBins;
    const Complex* next = unit + kBins;
    for (std::size_t k = 0; k < kBins; ++k) {
      const float loudness = (1 - share) * magnitude[k] + share * magnitude[k + kBins];
      const float phase_real = phases[k].real();
      const float phase_imag = phases[k].imag();
      to[k] = {phase_real * loudness, phase_imag * loudness};
      const float turn_real = next[k].real() * unit[k].real() + next[k].imag() * unit[k].imag();
      const float turn_imag = next[k].imag() * unit[k].real() - next[k].real() * unit[k].imag();
      const float real = phase_real * turn_real - phase_imag * turn_imag;
      const float imag = phase_real * turn_imag + phase_imag * turn_real;
      // Rounding must not make a long sound louder: a step of Newton's method towards length 1.
      const float scale = 1.5F - 0.5F * (real * real + imag * imag);
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

/// a b without the care for infinities that std::complex takes.
Complex times(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

}  // namespace

/// A transform of half the length of pairs of samples, whose spectra of even and odd samples are told apart.
struct RealFft::State {
  struct Free {
    void operator()(kiss_fft_state* plan) const { kiss_fft_free(plan); }
  };
  using Plan = std::unique_ptr<kiss_fft_state, Free>;

  Plan to_spectrum;
  Plan to_signal;
  std::vector<Complex> turns;  ///< [length / 4 + 1]: exp(-2 pi i k / length)
};

RealFft::RealFft(std::size_t length) : length_(length) {
  MLTK_ASSERT(length > 0 && length % 2 == 0);
  const auto plan = [&](int inverse) {
    return State::Plan(kiss_fft_alloc(static_cast<int>(length / 2), inverse, nullptr, nullptr));
  };
  state_ = std::make_unique<State>(State{plan(0), plan(1), std::vector<Complex>(length / 4 + 1)});
  for (std::size_t k = 0; k < state_->turns.size(); ++k) {
    state_->turns[k] = std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(length));
  }
}

RealFft::~RealFft() = default;

void RealFft::forward(const float* signal, Complex* spectrum) const {
  const std::size_t half = length_ / 2;
  kiss_fft(state_->to_spectrum.get(), reinterpret_cast<const kiss_fft_cpx*>(signal),
           reinterpret_cast<kiss_fft_cpx*>(spectrum));
  spectrum[half] = spectrum[0];
  for (std::size_t k = 0; k <= half / 2; ++k) {
    const Complex a = spectrum[k];
    const Complex b = std::conj(spectrum[half - k]);
    const Complex even = 0.5F * (a + b);
    const Complex odd = times(state_->turns[k], {0.5F * (a.imag() - b.imag()), 0.5F * (b.real() - a.real())});
    spectrum[k] = even + odd;
    spectrum[half - k] = std::conj(even - odd);
  }
}

void RealFft::inverse(const Complex* spectrum, float* signal) const {
  const std::size_t half = length_ / 2;
  std::vector<Complex> pairs(half);
  const float scale = 1.0F / static_cast<float>(length_);
  pairs[0] = {scale * (spectrum[0].real() + spectrum[half].real()),
              scale * (spectrum[0].real() - spectrum[half].real())};
  for (std::size_t k = 1; k <= half / 2; ++k) {
    const Complex a = spectrum[k];
    const Complex b = std::conj(spectrum[half - k]);
    const Complex even = scale * (a + b);
    const Complex odd = times(std::conj(state_->turns[k]), scale * (a - b));
    pairs[k] = {even.real() - odd.imag(), even.imag() + odd.real()};
    pairs[half - k] = {even.real() + odd.imag(), odd.real() - even.imag()};
  }
  kiss_fft(state_->to_signal.get(), reinterpret_cast<const kiss_fft_cpx*>(pairs.data()),
           reinterpret_cast<kiss_fft_cpx*>(signal));
}

Spectrogram stft(std::span<const float> samples) {
  const auto& [fft, window] = frames_of_spectra();
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
  const auto& [fft, window] = frames_of_spectra();
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
