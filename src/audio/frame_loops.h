#pragma once

#include <span>
#include <vector>

/// Loops over samples and bins of the frames of a sound, on the vectors of the machine; the same bytes on every
/// instruction set. Arrays have whole vectors: lengths are multiples of kVector.
namespace mltk::audio {

/// Floats in the longest vector.
constexpr std::size_t kVector = 16;

constexpr std::size_t whole_vectors(std::size_t count) { return (count + kVector - 1) / kVector * kVector; }

/// product = a * b, element by element.
void multiply(std::span<const float> a, std::span<const float> b, float* product);
/// sum += a * b, element by element.
void add_product(std::span<const float> a, std::span<const float> b, float* sum);

/// A frame's magnitudes, and its phases as unit phasors.
struct Phasors {
  std::vector<float> magnitude;
  std::vector<float> real;
  std::vector<float> imag;

  /// `bins` of silence.
  explicit Phasors(std::size_t bins) : magnitude(bins), real(bins, 1.0F), imag(bins) {}
};

/// Magnitudes and phases of the values in `real` and `imag` of `phasors`, in place; zero has the phase 0.
void to_polar(Phasors& phasors);

/// The values between two frames: magnitudes from both, the second one's weight is `share`; phases as given.
void between(const Phasors& first, const Phasors& second, float share, std::span<const float> phase_real,
             std::span<const float> phase_imag, float* real, float* imag);

/// Turn phases by the angles between two frames.
void turn(const Phasors& first, const Phasors& second, std::span<float> phase_real, std::span<float> phase_imag);

/// What is between the samples of a sound without frequencies above half its Nyquist frequency:
/// to[i] = sound(i * step), 0 behind the sound's end. `step` is positive. Right to -57 dB.
void read_between(std::span<const float> sound, double step, std::span<float> to);

}  // namespace mltk::audio
