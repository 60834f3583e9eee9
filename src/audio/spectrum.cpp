#include "audio/spectrum.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "audio/frame_loops.h"
#include "audio/real_fft.h"
#include "base/error.h"

namespace mltk::audio {
namespace {

using Complex = std::complex<float>;

constexpr std::size_t kFft = 2048;
constexpr std::size_t kHop = 512;
constexpr std::size_t kBins = kFft / 2 + 1;

std::vector<float> hann_window(std::size_t length) {
  std::vector<float> window(length);
  for (std::size_t i = 0; i < length; ++i) {
    const double turns = static_cast<double>(i) / static_cast<double>(length);
    window[i] = static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * turns));
  }
  return window;
}

/// The constants of frames of one length. Computing them takes as long as the spectra of a clip.
struct Frames {
  explicit Frames(std::size_t length) : fft(length), window(hann_window(length)) {}

  RealFft fft;
  std::vector<float> window;
};

/// Frames at the sound's rate.
const Frames& plain_frames() {
  static const Frames kFrames(kFft);
  return kFrames;
}

/// Frames of the same spectra at twice the rate.
const Frames& double_frames() {
  static const Frames kFrames(2 * kFft);
  return kFrames;
}

/// One frame's spectrum. What is behind the highest bin is 0.
struct Bins {
  std::vector<float> real = std::vector<float>(whole_vectors(kBins));
  std::vector<float> imag = std::vector<float>(whole_vectors(kBins));
};

/// The spectra of a sound's frames, one at a time: nothing of the sound's length but the sound itself is in memory.
class FrameReader {
 public:
  explicit FrameReader(std::span<const float> samples) : padded_(samples.size() + kFft), windowed_(kFft) {
    std::ranges::copy(samples, padded_.begin() + kFft / 2);
  }

  std::size_t frames() const { return 1 + (padded_.size() - kFft) / kHop; }

  void read(std::size_t frame, float* real, float* imag) {
    const auto& [fft, window] = plain_frames();
    multiply(window, std::span(padded_).subspan(frame * kHop, kFft), windowed_.data());
    fft.forward(windowed_.data(), real, imag);
  }

 private:
  std::vector<float> padded_;
  std::vector<float> windowed_;
};

/// A sound from the spectra of its frames, in the least-squares sense; with `double_frames`, at twice the rate.
class OverlapAdd {
 public:
  /// `length` of the sound at the rate of the spectra.
  explicit OverlapAdd(std::size_t length, const Frames& frames = plain_frames())
      : frames_(frames),
        scale_(frames.fft.length() / kFft),
        length_(length * scale_),
        sum_(length_ + 2 * frames.fft.length()),
        squares_(sum_.size()),
        signal_(frames.fft.length()),
        real_(frames.fft.length() / 2 + 1),
        imag_(real_.size()) {}

  /// Frames that begin after the end are left out.
  void add(std::size_t frame, const Bins& spectrum) {
    const std::size_t first = frame * kHop * scale_;
    if (first >= length_ + frames_.fft.length()) return;
    const auto factor = static_cast<float>(scale_);
    for (std::size_t k = 0; k < kBins; ++k) real_[k] = factor * spectrum.real[k];
    for (std::size_t k = 0; k < kBins; ++k) imag_[k] = factor * spectrum.imag[k];
    frames_.fft.inverse(real_.data(), imag_.data(), signal_.data());
    add_product(signal_, frames_.window, &sum_[first]);
    add_product(frames_.window, frames_.window, &squares_[first]);
  }

  std::vector<float> samples() const {
    std::vector<float> samples(length_);
    const std::size_t first = frames_.fft.length() / 2;
    for (std::size_t i = 0; i < length_; ++i) {
      const float weight = squares_[i + first];
      samples[i] = sum_[i + first] / (weight > std::numeric_limits<float>::min() ? weight : 1.0F);
    }
    return samples;
  }

 private:
  const Frames& frames_;
  std::size_t scale_;
  std::size_t length_;
  std::vector<float> sum_;
  std::vector<float> squares_;
  std::vector<float> signal_;
  std::vector<float> real_;
  std::vector<float> imag_;
};

/// The phase vocoder without phases: turning each bin by the angle between two frames is a product of unit phasors.
class Vocoder {
 public:
  explicit Vocoder(std::span<const float> samples) : reader_(samples) {
    load(0, here_);
    load(1, next_);
    phase_real_ = here_.real;
    phase_imag_ = here_.imag;
  }

  std::size_t frames() const { return reader_.frames(); }

  /// The next frame of the stretched sound, from between frame `at` and the one after it. `at` must not fall.
  const Bins& frame(double at) {
    move_to(static_cast<std::size_t>(at));
    const auto share = static_cast<float>(at - static_cast<double>(first_));
    between(here_, next_, share, phase_real_, phase_imag_, spectrum_.real.data(), spectrum_.imag.data());
    turn(here_, next_, phase_real_, phase_imag_);
    return spectrum_;
  }

 private:
  FrameReader reader_;
  std::size_t first_ = 0;
  Phasors here_{whole_vectors(kBins)};  // frame first_
  Phasors next_{whole_vectors(kBins)};  // the one after it; silence after the last one
  std::vector<float> phase_real_;
  std::vector<float> phase_imag_;  // with phase_real_: the phases of the next frame that is given
  Bins spectrum_;

  void load(std::size_t frame, Phasors& to) {
    if (frame >= reader_.frames()) {
      to = Phasors(whole_vectors(kBins));
      return;
    }
    std::fill(to.real.begin() + kBins, to.real.end(), 0.0F);
    reader_.read(frame, to.real.data(), to.imag.data());
    to_polar(to);
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
};

/// Call `add(i, spectrum)` for the frames of the sound played `rate` times as fast.
template <class Add>
void stretch_frames(std::span<const float> samples, double rate, Add add) {
  Vocoder vocoder(samples);
  for (std::size_t i = 0; static_cast<double>(i) * rate < static_cast<double>(vocoder.frames()); ++i)
    add(i, vocoder.frame(static_cast<double>(i) * rate));
}

std::size_t stretched_length(std::size_t length, double rate) {
  return static_cast<std::size_t>(std::nearbyint(static_cast<double>(length) / rate));
}

/// What is kept of each bin of a sound whose rate becomes `ratio` times as high: librosa's resampler keeps 0.91 of the
/// lower Nyquist frequency, and nothing beyond that.
std::vector<float> band_limit(double ratio) {
  constexpr double kPassed = 0.91;
  const double limit = std::min(1.0, ratio) * (kBins - 1);
  std::vector<float> gains(whole_vectors(kBins));
  for (std::size_t k = 0; k < kBins; ++k) {
    const double fall = std::clamp((static_cast<double>(k) / limit - kPassed) / (1 - kPassed), 0.0, 1.0);
    gains[k] = static_cast<float>(0.5 + 0.5 * std::cos(std::numbers::pi * fall));
  }
  return gains;
}

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

Spectrogram stft(std::span<const float> samples) {
  FrameReader reader(samples);
  Bins bins;
  Spectrogram result{.bins = kBins, .values = std::vector<Complex>(reader.frames() * kBins)};
  for (std::size_t i = 0; i < reader.frames(); ++i) {
    reader.read(i, bins.real.data(), bins.imag.data());
    for (std::size_t k = 0; k < kBins; ++k) result.frame(i)[k] = {bins.real[k], bins.imag[k]};
  }
  return result;
}

std::vector<float> istft(const Spectrogram& spectrogram, std::size_t length) {
  OverlapAdd sound(length);
  Bins bins;
  for (std::size_t i = 0; i < spectrogram.frames(); ++i) {
    for (std::size_t k = 0; k < kBins; ++k) {
      bins.real[k] = spectrogram.frame(i)[k].real();
      bins.imag[k] = spectrogram.frame(i)[k].imag();
    }
    sound.add(i, bins);
  }
  return sound.samples();
}

std::vector<float> time_stretch(std::span<const float> samples, double rate) {
  if (!(rate > 0)) fail(ErrorKind::invalid_argument, "a sound cannot be played {} times as fast", rate);
  OverlapAdd sound(stretched_length(samples.size(), rate));
  stretch_frames(samples, rate, [&](std::size_t i, const Bins& spectrum) { sound.add(i, spectrum); });
  return sound.samples();
}

std::vector<float> pitch_shift(std::span<const float> samples, double semitones) {
  const double rate = std::exp2(-semitones / 12);
  const std::vector<float> gains = band_limit(rate);
  OverlapAdd sound(stretched_length(samples.size(), rate), double_frames());
  Bins limited;
  stretch_frames(samples, rate, [&](std::size_t i, const Bins& spectrum) {
    multiply(gains, spectrum.real, limited.real.data());
    multiply(gains, spectrum.imag, limited.imag.data());
    sound.add(i, limited);
  });
  std::vector<float> result(samples.size());
  read_between(sound.samples(), 2 / rate, result);
  return result;
}

std::vector<float> warp_vocal_tract(std::span<const float> samples, std::int64_t rate_hz, double factor) {
  if (!(factor > 0)) fail(ErrorKind::invalid_argument, "a vocal tract cannot be {} times as long", factor);
  const std::vector<double> sources = sources_of_bins(rate_hz, factor);
  FrameReader reader(samples);
  OverlapAdd sound(samples.size());
  Bins from;
  Bins to;
  // A frame's middle is its time zero here, so neighbouring bins of a tone have opposite signs.
  const auto sign = [](std::size_t bin) { return bin % 2 == 0 ? 1.0F : -1.0F; };
  for (std::size_t i = 0; i < reader.frames(); ++i) {
    reader.read(i, from.real.data(), from.imag.data());
    for (std::size_t k = 0; k < kBins; ++k) {
      const auto low = std::min(static_cast<std::size_t>(sources[k]), kBins - 2);
      const auto share = static_cast<float>(sources[k] - static_cast<double>(low));
      const float first = sign(k) * sign(low) * (1 - share);
      const float second = sign(k) * sign(low + 1) * share;
      to.real[k] = first * from.real[low] + second * from.real[low + 1];
      to.imag[k] = first * from.imag[low] + second * from.imag[low + 1];
    }
    sound.add(i, to);
  }
  return sound.samples();
}

}  // namespace mltk::audio
