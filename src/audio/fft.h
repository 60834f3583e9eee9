#pragma once

// The int16 Fourier transform of real samples, equal in every bit to KissFFT 1.3.0 with FIXED_POINT=16, for lengths
// that are powers of two. Sums wrap around as they do there.

#include <cstdint>

namespace mltk::audio {

struct Complex16 {
  std::int16_t re;
  std::int16_t im;
};

/// v / 2^15, rounded half up.
constexpr std::int16_t round_q15(std::int32_t v) { return static_cast<std::int16_t>((v + (1 << 14)) >> 15); }

constexpr Complex16 operator+(Complex16 a, Complex16 b) {
  return {static_cast<std::int16_t>(a.re + b.re), static_cast<std::int16_t>(a.im + b.im)};
}
constexpr Complex16 operator-(Complex16 a, Complex16 b) {
  return {static_cast<std::int16_t>(a.re - b.re), static_cast<std::int16_t>(a.im - b.im)};
}
constexpr Complex16 operator*(Complex16 a, Complex16 b) {
  return {round_q15(a.re * b.re - a.im * b.im), round_q15(a.re * b.im + a.im * b.re)};
}

/// What a division by 2 or 4 multiplies with, in Q15.
constexpr std::int16_t kHalf = 32767 / 2;
constexpr std::int16_t kQuarter = 32767 / 4;

constexpr Complex16 scale(Complex16 a, std::int16_t factor) {
  return {round_q15(a.re * factor), round_q15(a.im * factor)};
}

/// Where element `index` of the decimated order stands in the input of a transform of `length` points: its digits, the
/// base 4 as long as it divides and a last base 2, in reversed order.
constexpr int decimated(int index, int length) {
  int from = 0;
  for (int stride = 1; length > 1;) {
    const int radix = length % 4 == 0 ? 4 : 2;
    length /= radix;
    from += index / length * stride;
    index %= length;
    stride *= radix;
  }
  return from;
}

inline void butterfly_2(Complex16* z, int m, int stride, const Complex16* twiddles) {
  for (int k = 0; k < m; ++k) {
    const Complex16 a = scale(z[k], kHalf);
    const Complex16 b = scale(z[k + m], kHalf) * twiddles[k * stride];
    z[k] = a + b;
    z[k + m] = a - b;
  }
}

inline void butterfly_4(Complex16* z, int m, int stride, const Complex16* twiddles) {
  for (int k = 0; k < m; ++k) {
    const Complex16 a = scale(z[k], kQuarter);
    const Complex16 b = scale(z[k + m], kQuarter) * twiddles[k * stride];
    const Complex16 c = scale(z[k + 2 * m], kQuarter) * twiddles[2 * k * stride];
    const Complex16 d = scale(z[k + 3 * m], kQuarter) * twiddles[3 * k * stride];
    const Complex16 even = a + c;
    const Complex16 odd = a - c;
    const Complex16 sum = b + d;
    const Complex16 difference = b - d;
    const Complex16 turned = {difference.im, static_cast<std::int16_t>(-difference.re)};
    z[k] = even + sum;
    z[k + 2 * m] = even - sum;
    z[k + m] = odd + turned;
    z[k + 3 * m] = odd - turned;
  }
}

/// The transform of complex values that stand in decimated order, in place.
inline void complex_fft(int length, Complex16* z, const Complex16* twiddles) {
  int m = 1;
  if (__builtin_ctz(static_cast<unsigned>(length)) % 2 == 1) {
    for (int i = 0; i < length; i += 2) butterfly_2(z + i, m, length / 2, twiddles);
    m = 2;
  }
  for (; m < length; m *= 4) {
    for (int i = 0; i < length; i += 4 * m) butterfly_4(z + i, m, length / (4 * m), twiddles);
  }
}

/// From the transform z [M] of pairs of real samples to the spectrum [M + 1] of the samples, in place.
inline void split_spectrum(int half, Complex16* z, const Complex16* super_twiddles) {
  const Complex16 zero = scale(z[0], kHalf);
  z[0] = {static_cast<std::int16_t>(zero.re + zero.im), 0};
  z[half] = {static_cast<std::int16_t>(zero.re - zero.im), 0};
  for (int k = 1; k <= half / 2; ++k) {
    const Complex16 mirrored = z[half - k];
    const Complex16 a = scale(z[k], kHalf);
    const Complex16 b = scale({mirrored.re, static_cast<std::int16_t>(-mirrored.im)}, kHalf);
    const Complex16 sum = a + b;
    const Complex16 turned = (a - b) * super_twiddles[k - 1];
    z[k] = {static_cast<std::int16_t>((sum.re + turned.re) >> 1), static_cast<std::int16_t>((sum.im + turned.im) >> 1)};
    z[half - k] = {static_cast<std::int16_t>((sum.re - turned.re) >> 1),
                   static_cast<std::int16_t>((turned.im - sum.im) >> 1)};
  }
}

/// The spectrum [N / 2 + 1] of `count` samples filled up with zeros to `length` N, a power of two and at least 4.
///
/// twiddles [N / 2]: exp(-2 pi i k / (N / 2)) in Q15; super_twiddles [N / 4]: exp(-pi i ((k + 1) / (N / 2) + 1 / 2)).
inline void real_fft(int length, const std::int16_t* samples, int count, const Complex16* twiddles,
                     const Complex16* super_twiddles, Complex16* spectrum) {
  const int half = length / 2;
  const auto sample = [&](int i) { return i < count ? samples[i] : std::int16_t{0}; };
  for (int i = 0; i < half; ++i) {
    const int from = 2 * decimated(i, half);
    spectrum[i] = {sample(from), sample(from + 1)};
  }
  complex_fft(half, spectrum, twiddles);
  split_spectrum(half, spectrum, super_twiddles);
}

}  // namespace mltk::audio
