#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mltk::audio {

/// Short-time spectra of a sound, frame after frame.
struct Spectrogram {
  std::size_t bins = 0;  ///< 0 Hz to half the rate
  std::vector<std::complex<float>> values;
  std::size_t frames() const { return values.size() / bins; }
  std::span<std::complex<float>> frame(std::size_t i) { return std::span(values).subspan(i * bins, bins); }
  std::span<const std::complex<float>> frame(std::size_t i) const { return std::span(values).subspan(i * bins, bins); }
};

/// Spectra of frames of 2048 samples, 512 apart, under a Hann window; frame i is centred on sample 512 i, zeros lie
/// beyond the ends. Source: librosa 0.10, `librosa.stft` with its defaults.
Spectrogram stft(std::span<const float> samples);
/// The sound of `length` samples with these spectra, in the least-squares sense. Source: `librosa.istft`.
std::vector<float> istft(const Spectrogram& spectrogram, std::size_t length);

/// Play `rate` times as fast at the same pitch: round(n / rate) samples.
/// Source: `librosa.effects.time_stretch`, a phase vocoder.
std::vector<float> time_stretch(std::span<const float> samples, double rate);

/// Raise the pitch by semitones at the same length. Source: `librosa.effects.pitch_shift`; the stretched sound is made
/// at twice the rate and without what would be above the new Nyquist frequency, so that few samples make one between
/// them.
std::vector<float> pitch_shift(std::span<const float> samples, double semitones);

/// Scale the frequencies below 4.8 kHz by `factor`, as a vocal tract of another length does; those above are squeezed
/// or stretched to keep the band. Source: Jaitly and Hinton 2013, "Vocal tract length perturbation improves speech
/// recognition".
std::vector<float> warp_vocal_tract(std::span<const float> samples, std::int64_t rate_hz, double factor);

}  // namespace mltk::audio
