#pragma once

#include <cstddef>
#include <vector>

namespace mltk::audio {

/// Fourier transform of real signals of one length, a power of two and at least 128, on the vectors of the machine; the
/// same bytes on every instruction set. Spectra are two arrays, of real and of imaginary parts. One object serves any
/// number of threads.
class RealFft {
 public:
  static constexpr std::size_t kLeastLength = 128;

  explicit RealFft(std::size_t length);

  std::size_t length() const { return 2 * half_; }

  /// signal [length] to spectrum [length / 2 + 1].
  void forward(const float* signal, float* real, float* imag) const;
  /// The inverse: inverse(forward(x)) == x.
  void inverse(const float* real, const float* imag, float* signal) const;

 private:
  std::size_t half_;
  std::vector<float> twiddles_;  ///< of each stage, see real_fft.cpp
  std::vector<float> turns_;     ///< [2, half / 2]: cosines, then sines, of -2 pi (k + 1) / length
};

}  // namespace mltk::audio
