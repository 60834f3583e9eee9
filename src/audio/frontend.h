#pragma once

// From int16 samples to the channels of a spectrogram, frame by frame, in integer arithmetic that is equal in every bit
// to the micro-frontend of MLTK 0.20 with KissFFT. No heap: the caller gives constants and memory.

#include <cstdint>

#include "audio/fft.h"

namespace mltk::audio {

/// First-order smoothing x * (1 - k) + state * k with k in Q8, and the levels that arm and trip, in Q12.
struct ActivityDetection {
  bool enable = false;
  std::int32_t alpha_a = 0;
  std::int32_t alpha_b = 0;
  std::int32_t arm_threshold = 0;
  std::int32_t trip_threshold = 0;
  int shift = 0;  ///< ceil(log2(channels)): divides a sum of channels
};

/// Smoothing of the noise estimate and the smallest rest of a signal, in Q14.
struct NoiseReduction {
  bool enable = false;
  int smoothing_bits = 0;
  std::uint32_t even_smoothing = 0;
  std::uint32_t odd_smoothing = 0;
  std::uint32_t min_signal_remaining = 0;
};

/// Gain as a function of the noise estimate: parabolas between powers of two.
struct GainControl {
  /// [2 + 31 * 3]: the gains of 0 and 1, then for 2^(j - 1) <= x < 2^j, j = 2 .. 32: gain at the start, slope,
  /// curvature.
  static constexpr int kGains = 2 + 31 * 3;

  bool enable = false;
  const std::int16_t* gains = nullptr;
  int snr_shift = 0;
};

struct LogScale {
  bool enable = false;
  int shift = 0;       ///< the output is 2^shift * ln(x)
  int correction = 0;  ///< x is scaled by 2^correction first
};

struct DcNotch {
  bool enable = false;
  std::int32_t coefficient = 0;  ///< Q15
};

/// All that follows from the settings. Tables may lie in read-only memory.
struct FrontendConstants {
  int window = 0;      ///< W, samples in a frame
  int step = 0;        ///< samples from frame to frame, <= W
  int fft_length = 0;  ///< N, a power of two >= W
  int channels = 0;    ///< C
  int first_bin = 0;
  int end_bin = 0;

  const std::int16_t* window_coefficients = nullptr;  ///< [W] Q12
  const Complex16* twiddles = nullptr;                ///< [N / 2], see real_fft
  const Complex16* super_twiddles = nullptr;          ///< [N / 4]
  /// [C + 1] first bin behind band i. A band's bins rise to the centre of channel i - 1 ... and fall from there.
  const std::int16_t* band_ends = nullptr;
  const std::int16_t* weights = nullptr;    ///< [end_bin - first_bin] Q12, share of a bin in its band
  const std::int16_t* unweights = nullptr;  ///< and in the next one

  ActivityDetection activity;
  NoiseReduction noise;
  GainControl gain;
  LogScale log;
  DcNotch dc_notch;
};

/// What lives from frame to frame, and scratch.
struct FrontendState {
  std::int16_t* samples = nullptr;    ///< [W]
  std::int16_t* windowed = nullptr;   ///< [W], scratch
  Complex16* spectrum = nullptr;      ///< [N / 2 + 1], scratch
  std::uint32_t* signal = nullptr;    ///< [C], scratch
  std::uint32_t* estimate = nullptr;  ///< [C], noise

  int used = 0;
  std::int16_t notch_input = 0;
  std::int16_t notch_output = 0;
  std::int32_t activity_fast = 0;
  std::int32_t activity_slow = 0;
  bool armed = false;
  bool tripped = false;  ///< activity was detected; the caller clears it
};

/// Position of the highest bit that is set, from 1; 0 of 0.
inline int bit_width(std::uint32_t x) { return x == 0 ? 0 : 32 - __builtin_clz(x); }

/// As before the first sample.
inline void reset(const FrontendConstants& c, FrontendState& s) {
  for (int i = 0; i < c.channels; ++i) s.estimate[i] = 0;
  s.used = 0;
  s.notch_input = s.notch_output = 0;
  s.activity_fast = s.activity_slow = 0;
  s.armed = s.tripped = false;
}

/// H(z) = (1 - z^-1) / (1 - k z^-1) on `count` samples; may work in place.
inline void dc_notch(const DcNotch& c, FrontendState& s, const std::int16_t* input, int count, std::int16_t* output) {
  std::int16_t last = s.notch_input;
  std::int32_t result = s.notch_output;
  for (int i = 0; i < count; ++i) {
    const std::int16_t sample = input[i];
    // The difference in Q15 and the rounding do not wait for the last result.
    const std::int32_t difference = static_cast<std::int16_t>(sample - last) * (1 << 15) + (1 << 14);
    result = static_cast<std::int16_t>((difference + c.coefficient * result) >> 15);
    last = sample;
    output[i] = static_cast<std::int16_t>(result);
  }
  s.notch_input = last;
  s.notch_output = static_cast<std::int16_t>(result);
}

/// Samples times coefficients, scaled up until they fill 15 bits. Returns the shift.
inline int apply_window(const FrontendConstants& c, const std::int16_t* samples, std::int16_t* windowed) {
  std::int16_t largest = 0;
  for (int i = 0; i < c.window; ++i) {
    windowed[i] = static_cast<std::int16_t>((samples[i] * c.window_coefficients[i]) >> 12);
    const auto magnitude = static_cast<std::int16_t>(windowed[i] < 0 ? -windowed[i] : windowed[i]);
    largest = magnitude > largest ? magnitude : largest;
  }
  const int shift = 15 - bit_width(static_cast<std::uint32_t>(largest));
  for (int i = 0; i < c.window; ++i) {
    windowed[i] = static_cast<std::int16_t>(static_cast<std::uint32_t>(windowed[i]) << shift);
  }
  return shift;
}

inline std::int32_t energy(Complex16 a) {
  const auto square = [](std::int32_t x) { return static_cast<std::uint32_t>(x * x); };
  return static_cast<std::int32_t>(square(a.re) + square(a.im));
}

/// The square root, rounded; it does not grow beyond 16 bits for 32-bit arguments, nor beyond 32 bits.
inline std::uint32_t rounded_sqrt(std::uint64_t x) {
  std::uint64_t root = 0;
  std::uint64_t rest = x;
  for (std::uint64_t bit = std::uint64_t{1} << (x >> 32 != 0 ? 62 : 30); bit != 0; bit >>= 2) {
    if (rest >= root + bit) {
      rest -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  const std::uint64_t limit = x >> 32 != 0 ? 0xFFFFFFFF : 0xFFFF;
  return static_cast<std::uint32_t>(rest > root && root != limit ? root + 1 : root);
}

/// Amplitudes of the channels from a spectrum that was scaled up by 2^shift.
inline void filterbank(const FrontendConstants& c, const Complex16* spectrum, int shift, std::uint32_t* signal) {
  std::uint64_t sum = 0;
  std::uint64_t next = 0;
  int bin = c.first_bin;
  for (int band = 0; band <= c.channels; ++band) {
    for (; bin < c.band_ends[band]; ++bin) {
      const auto e = static_cast<std::uint64_t>(energy(spectrum[bin]));
      sum += static_cast<std::uint64_t>(c.weights[bin - c.first_bin]) * e;
      next += static_cast<std::uint64_t>(c.unweights[bin - c.first_bin]) * e;
    }
    if (band > 0) signal[band - 1] = rounded_sqrt(sum) >> shift;
    sum = next;
    next = 0;
  }
}

inline std::int32_t smooth(std::int32_t x, std::int32_t state, std::int32_t k) {
  return ((((256 - k) * x + k * state) >> 7) + 1) >> 1;
}

/// Watches the mean of the channels: a fast filter below the slow one arms, above it trips.
inline void detect_activity(const FrontendConstants& c, FrontendState& s, const std::uint32_t* signal) {
  const ActivityDetection& a = c.activity;
  std::uint32_t sum = 0;
  for (int i = 0; i < c.channels; ++i) sum += signal[i];
  const auto mean = static_cast<std::int32_t>(sum >> a.shift);
  s.activity_fast = smooth(mean, s.activity_fast, a.alpha_a);
  s.activity_slow = smooth(mean, s.activity_slow, a.alpha_b);
  if (!s.armed) {
    s.armed = s.activity_fast < ((s.activity_slow * a.arm_threshold) >> 12);
  } else if (s.activity_fast > ((s.activity_slow * a.trip_threshold) >> 12)) {
    s.armed = false;
    s.tripped = true;
  }
}

/// Subtracts the smoothed spectrum, but leaves a fraction of the signal.
inline void reduce_noise(const NoiseReduction& c, int channels, std::uint32_t* signal, std::uint32_t* estimate) {
  for (int i = 0; i < channels; ++i) {
    const std::uint32_t k = i % 2 == 0 ? c.even_smoothing : c.odd_smoothing;
    const std::uint32_t scaled = signal[i] << c.smoothing_bits;
    estimate[i] = static_cast<std::uint32_t>(
        (static_cast<std::uint64_t>(scaled) * k + static_cast<std::uint64_t>(estimate[i]) * ((1U << 14) - k)) >> 14);
    const std::uint32_t noise = estimate[i] < scaled ? estimate[i] : scaled;
    const auto least =
        static_cast<std::uint32_t>((static_cast<std::uint64_t>(signal[i]) * c.min_signal_remaining) >> 14);
    const std::uint32_t rest = (scaled - noise) >> c.smoothing_bits;
    signal[i] = rest > least ? rest : least;
  }
}

inline std::int16_t gain_of(const std::int16_t* gains, std::uint32_t x) {
  if (x < 2) return gains[x];
  const int interval = bit_width(x);
  const std::int16_t* parabola = gains + 2 + 3 * (interval - 2);
  const auto fraction =
      static_cast<std::int32_t>((interval < 11 ? x << (11 - interval) : x >> (interval - 11)) & 0x3FF);
  std::int32_t result = ((parabola[2] * fraction) >> 5) + parabola[1] * 32;
  result = (result * fraction + (1 << 14)) >> 15;
  return static_cast<std::int16_t>(result + parabola[0]);
}

/// Per-channel amplitude normalization: a gain that falls with the noise estimate, then a soft knee.
inline void control_gain(const GainControl& c, int channels, std::uint32_t* signal, const std::uint32_t* estimate) {
  constexpr std::uint32_t kKnee = 2 << 12;
  for (int i = 0; i < channels; ++i) {
    // A parabola may fall below zero; 32 bits then make a large gain of it.
    const auto gain = static_cast<std::uint32_t>(gain_of(c.gains, estimate[i]));
    const auto ratio = static_cast<std::uint32_t>((static_cast<std::uint64_t>(signal[i]) * gain) >> c.snr_shift);
    signal[i] = ratio < kKnee ? (ratio * ratio) >> 20 : (ratio >> 6) - (1U << 6);
  }
}

/// log2(1 + i / 128) - i / 128 in Q16.
struct LogTable {
  static constexpr int kSegments = 128;
  std::uint16_t values[kSegments + 2] = {};

  constexpr LogTable() {
    for (int i = 0; i < kSegments; ++i) {
      const double x = static_cast<double>(i) / kSegments;
      // ln(1 + x) = 2 artanh(x / (2 + x))
      const double z = x / (2 + x);
      double power = z;
      double sum = 0;
      for (int n = 1; n < 60; n += 2, power *= z * z) sum += power / n;
      constexpr double kLn2 = 0.693147180559945309417;
      values[i] = static_cast<std::uint16_t>(65536 * (2 * sum / kLn2 - x) + 0.5);
    }
  }
};

/// 2^shift * ln(x) for x > 0.
inline std::uint32_t scaled_log(std::uint32_t x, int shift) {
  static constexpr LogTable kTable;
  if (x <= 1) return 0;
  const int exponent = bit_width(x) - 1;
  const std::uint32_t mantissa = x - (std::uint32_t{1} << exponent);
  const auto fraction =
      static_cast<std::int32_t>(exponent < 16 ? mantissa << (16 - exponent) : mantissa >> (exponent - 16));
  const int segment = fraction >> 9;
  const std::int32_t c0 = kTable.values[segment];
  const std::int32_t c1 = kTable.values[segment + 1];
  const std::int32_t correction = c0 + (((c1 - c0) * (fraction - 512 * segment)) >> 16);
  const auto log2 = static_cast<std::uint64_t>((exponent << 16) + fraction + correction);
  constexpr std::uint64_t kLn2 = 45426;  // Q16
  const auto natural = static_cast<std::uint32_t>((kLn2 * log2 + (1 << 15)) >> 16);
  return ((natural << shift) + (1U << 15)) >> 16;
}

inline std::uint16_t output_of(const LogScale& c, std::uint32_t signal) {
  if (c.enable) signal = scaled_log(c.correction < 0 ? signal >> -c.correction : signal << c.correction, c.shift);
  return static_cast<std::uint16_t>(signal < 0xFFFF ? signal : 0xFFFF);
}

/// One frame [W] of samples, behind the notch filter, to the amplitudes of its channels.
///
/// windowed [W] and spectrum [N / 2 + 1]: scratch   signal [C]
inline void frame_amplitudes(const FrontendConstants& c, const std::int16_t* samples, std::int16_t* windowed,
                             Complex16* spectrum, std::uint32_t* signal) {
  const int shift = apply_window(c, samples, windowed);
  real_fft(c.fft_length, windowed, c.window, c.twiddles, c.super_twiddles, spectrum);
  filterbank(c, spectrum, shift, signal);
}

/// The stages behind activity detection.
///
/// signal [C], changed   estimate [C], noise   features [C]
inline void frame_features(const FrontendConstants& c, std::uint32_t* signal, std::uint32_t* estimate,
                           std::uint16_t* features) {
  if (c.noise.enable) reduce_noise(c.noise, c.channels, signal, estimate);
  if (c.gain.enable) control_gain(c.gain, c.channels, signal, estimate);
  for (int i = 0; i < c.channels; ++i) features[i] = output_of(c.log, signal[i]);
}

struct Pushed {
  int consumed = 0;
  bool complete = false;  ///< `features` were written
};

/// Takes up to `count` samples, until a frame is complete. Call it again with the rest.
///
/// features [C]
inline Pushed push_samples(const FrontendConstants& c, FrontendState& s, const std::int16_t* samples, int count,
                           std::uint16_t* features) {
  const int missing = c.window - s.used;
  const int consumed = count < missing ? count : missing;
  std::int16_t* to = s.samples + s.used;
  if (c.dc_notch.enable) {
    dc_notch(c.dc_notch, s, samples, consumed, to);
  } else {
    for (int i = 0; i < consumed; ++i) to[i] = samples[i];
  }
  s.used += consumed;
  if (s.used < c.window) return {consumed, false};
  frame_amplitudes(c, s.samples, s.windowed, s.spectrum, s.signal);
  if (c.activity.enable) detect_activity(c, s, s.signal);
  frame_features(c, s.signal, s.estimate, features);
  for (int i = c.step; i < c.window; ++i) s.samples[i - c.step] = s.samples[i];
  s.used = c.window - c.step;
  return {consumed, true};
}

}  // namespace mltk::audio
