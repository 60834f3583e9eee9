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

/// The spectra of a sound's frames, one at a time: nothing of the sound's length but the sound itself is in memory.
class FrameReader {
 public:
  explicit FrameReader(std::span<const float> samples) : padded_(samples.size() + kFft), windowed_(kFft) {
    std::ranges::copy(samples, padded_.begin() + kFft / 2);
  }

  std::size_t frames() const { return 1 + (padded_.size() - kFft) / kHop; }

  void read(std::size_t frame, Complex* spectrum) {
    const auto& [fft, window] = frames_of_spectra();
    for (std::size_t i = 0; i < kFft; ++i) windowed_[i] = padded_[frame * kHop + i] * window[i];
    fft.forward(windowed_.data(), spectrum);
  }

 private:
  std::vector<float> padded_;
  std::vector<float> windowed_;
};

/// A sound from the spectra of its frames, in the least-squares sense.
class OverlapAdd {
 public:
  explicit OverlapAdd(std::size_t length)
      : length_(length), sum_(length + kFft), squares_(length + kFft), signal_(kFft) {}

  /// Frames that begin after the end are left out.
  void add(std::size_t frame, const Complex* spectrum) {
    const std::size_t first = frame * kHop;
    if (first >= sum_.size()) return;
    const auto& [fft, window] = frames_of_spectra();
    fft.inverse(spectrum, signal_.data());
    const std::size_t count = std::min(kFft, sum_.size() - first);
    for (std::size_t i = 0; i < count; ++i) {
      sum_[first + i] += signal_[i] * window[i];
      squares_[first + i] += window[i] * window[i];
    }
  }

  std::vector<float> samples() const {
    std::vector<float> samples(length_);
    for (std::size_t i = 0; i < length_; ++i) {
      const float weight = squares_[i + kFft / 2];
      samples[i] = sum_[i + kFft / 2] / (weight > std::numeric_limits<float>::min() ? weight : 1.0F);
    }
    return samples;
  }

 private:
  std::size_t length_;
  std::vector<float> sum_;
  std::vector<float> squares_;
  std::vector<float> signal_;
};

/// A frame's magnitudes, and its phases as unit phasors. In arrays of their own, so that loops over bins become vector
/// instructions.
struct Phasors {
  std::vector<float> magnitude = std::vector<float>(kBins);
  std::vector<float> real = std::vector<float>(kBins, 1.0F);
  std::vector<float> imag = std::vector<float>(kBins);

  void set(std::span<const Complex> values) {
    for (std::size_t k = 0; k < kBins; ++k) {
      real[k] = values[k].real();
      imag[k] = values[k].imag();
    }
    for (std::size_t k = 0; k < kBins; ++k) magnitude[k] = std::sqrt(real[k] * real[k] + imag[k] * imag[k]);
    for (std::size_t k = 0; k < kBins; ++k) {
      const float scale = 1 / std::max(magnitude[k], std::numeric_limits<float>::min());
      real[k] = magnitude[k] > 0 ? real[k] * scale : 1.0F;
      imag[k] *= scale;
    }
  }
};

/// The phase vocoder without phases: turning each bin by the angle between two frames is a product of unit phasors.
class Vocoder {
 public:
  explicit Vocoder(std::span<const float> samples) : reader_(samples), spectrum_(kBins) {
    load(0, here_);
    load(1, next_);
    real_ = here_.real;
    imag_ = here_.imag;
  }

  std::size_t frames() const { return reader_.frames(); }

  /// The next frame of the stretched sound, from between frame `at` and the one after it. `at` must not fall.
  std::span<const Complex> frame(double at) {
    move_to(static_cast<std::size_t>(at));
    const auto share = static_cast<float>(at - static_cast<double>(first_));
    for (std::size_t k = 0; k < kBins; ++k) {
      const float magnitude = (1 - share) * here_.magnitude[k] + share * next_.magnitude[k];
      spectrum_[k] = {real_[k] * magnitude, imag_[k] * magnitude};
    }
    turn(real_.data(), imag_.data());
    return spectrum_;
  }

 private:
  FrameReader reader_;
  std::size_t first_ = 0;
  Phasors here_;  // frame first_
  Phasors next_;  // the one after it; silence after the last one
  std::vector<float> real_;
  std::vector<float> imag_;  // with real_: the phases of the next frame that is given
  std::vector<Complex> spectrum_;

  void load(std::size_t frame, Phasors& to) {
    if (frame >= reader_.frames()) {
      to = {};
      return;
    }
    reader_.read(frame, spectrum_.data());
    to.set(spectrum_);
  }

  void move_to(std::size_t first) {
    if (first == first_) return;
    if (first == first_ + 1) {
      std::swap(here_, next_);
    } else {
      load(first, here_);
    }
    load(first + 1, next_);
    first_ = first;
  }

  /// Turn the phases by the angles between the two frames.
  void turn(float* __restrict phase_real, float* __restrict phase_imag) const {
    const float* __restrict real = here_.real.data();
    const float* __restrict imag = here_.imag.data();
    const float* __restrict next_real = next_.real.data();
    const float* __restrict next_imag = next_.imag.data();
    for (std::size_t k = 0; k < kBins; ++k) {
      const float turn_real = next_real[k] * real[k] + next_imag[k] * imag[k];
      const float turn_imag = next_imag[k] * real[k] - next_real[k] * imag[k];
      const float turned_real = phase_real[k] * turn_real - phase_imag[k] * turn_imag;
      const float turned_imag = phase_real[k] * turn_imag + phase_imag[k] * turn_real;
      // Rounding must not make a long sound louder: a step of Newton's method towards length 1.
      const float scale = 1.5F - 0.5F * (turned_real * turned_real + turned_imag * turned_imag);
      phase_real[k] = turned_real * scale;
      phase_imag[k] = turned_imag * scale;
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
  FrameReader reader(samples);
  Spectrogram result{.bins = kBins, .values = std::vector<Complex>(reader.frames() * kBins)};
  for (std::size_t i = 0; i < reader.frames(); ++i) reader.read(i, result.frame(i).data());
  return result;
}

std::vector<float> istft(const Spectrogram& spectrogram, std::size_t length) {
  OverlapAdd sound(length);
  for (std::size_t i = 0; i < spectrogram.frames(); ++i) sound.add(i, spectrogram.frame(i).data());
  return sound.samples();
}

std::vector<float> time_stretch(std::span<const float> samples, double rate) {
  if (!(rate > 0)) fail(ErrorKind::invalid_argument, "a sound cannot be played {} times as fast", rate);
  const auto length = static_cast<std::size_t>(std::nearbyint(static_cast<double>(samples.size()) / rate));
  Vocoder vocoder(samples);
  OverlapAdd sound(length);
  for (std::size_t i = 0; static_cast<double>(i) * rate < static_cast<double>(vocoder.frames()); ++i)
    sound.add(i, vocoder.frame(static_cast<double>(i) * rate).data());
  return sound.samples();
}

std::vector<float> pitch_shift(std::span<const float> samples, double semitones) {
  const double rate = std::exp2(-semitones / 12);
  return fit_length(resample(time_stretch(samples, rate), 1 / rate, 1), samples.size(), 0);
}

std::vector<float> warp_vocal_tract(std::span<const float> samples, std::int64_t rate_hz, double factor) {
  if (!(factor > 0)) fail(ErrorKind::invalid_argument, "a vocal tract cannot be {} times as long", factor);
  const std::vector<double> sources = sources_of_bins(rate_hz, factor);
  FrameReader reader(samples);
  OverlapAdd sound(samples.size());
  std::vector<Complex> from(kBins);
  std::vector<Complex> to(kBins);
  // A frame's middle is its time zero here, so neighbouring bins of a tone have opposite signs.
  const auto sign = [](std::size_t bin) { return bin % 2 == 0 ? 1.0F : -1.0F; };
  for (std::size_t i = 0; i < reader.frames(); ++i) {
    reader.read(i, from.data());
    for (std::size_t k = 0; k < kBins; ++k) {
      const auto low = std::min(static_cast<std::size_t>(sources[k]), kBins - 2);
      const auto share = static_cast<float>(sources[k] - static_cast<double>(low));
      to[k] = sign(k) * (sign(low) * from[low] * (1 - share) + sign(low + 1) * from[low + 1] * share);
    }
    sound.add(i, to.data());
  }
  return sound.samples();
}

}  // namespace mltk::audio
