#pragma once

#include <cstdint>

#include "micro/real_fft.h"

namespace mltk::micro {

/// Number of the highest bit that is set, from 1; 32 (64) for 0.
inline int highest_bit(std::uint32_t x) {
  int bit = 0;
  for (; x != 0; x >>= 1) ++bit;
  return bit == 0 ? 32 : bit;
}
inline int highest_bit(std::uint64_t x) {
  int bit = 0;
  for (; x != 0; x >>= 1) ++bit;
  return bit == 0 ? 64 : bit;
}

inline std::int16_t saturate_int16(std::int32_t x) {
  return static_cast<std::int16_t>(x < INT16_MIN ? INT16_MIN : (x > INT16_MAX ? INT16_MAX : x));
}

/// output = input * window >> shift.
inline void apply_window(const std::int16_t* input, const std::int16_t* window, int size, int shift,
                         std::int16_t* output) {
  for (int i = 0; i < size; ++i) output[i] = saturate_int16((std::int32_t{input[i]} * window[i]) >> shift);
}

/// Shift to the left as far as the largest value allows; returns the number of bits.
inline int fft_auto_scale(const std::int16_t* input, int size, std::int16_t* output) {
  std::int16_t largest = 0;  // -32768 stays negative, and then nothing is shifted
  for (int i = 0; i < size; ++i) {
    if (input[i] > largest) {
      largest = input[i];
    } else if (-input[i] > largest) {
      largest = static_cast<std::int16_t>(-input[i]);
    }
  }
  const int free_bits = 15 - highest_bit(static_cast<std::uint32_t>(std::int32_t{largest}));
  const int shift = free_bits > 0 ? free_bits : 0;
  for (int i = 0; i < size; ++i) output[i] = static_cast<std::int16_t>(input[i] * (1 << shift));
  return shift;
}

/// Squares of the absolute values of spectrum[first, last).
inline void energy(const Complex<std::int16_t>* spectrum, int first, int last, std::uint32_t* output) {
  for (int i = first; i < last; ++i) {
    output[i] = static_cast<std::uint32_t>(spectrum[i].real * spectrum[i].real) +
                static_cast<std::uint32_t>(spectrum[i].imag * spectrum[i].imag);
  }
}

struct FilterBankChannels {
  const std::int16_t* frequency_starts;
  const std::int16_t* weight_starts;
  const std::int16_t* widths;
  const std::int16_t* weights;
  const std::int16_t* unweights;
};

/// Sums of overlapping triangles: what a channel does not take goes to the next. Channel 0 only feeds channel 1.
inline void filter_bank(const FilterBankChannels& channels, int count, const std::uint32_t* input,
                        std::uint64_t* output) {
  std::uint64_t taken = 0;
  for (int channel = 0; channel <= count; ++channel) {
    std::uint64_t rest = 0;
    for (int i = 0; i < channels.widths[channel]; ++i) {
      const std::uint64_t value = input[channels.frequency_starts[channel] + i];
      const int weight = channels.weight_starts[channel] + i;
      taken += static_cast<std::uint64_t>(std::int64_t{channels.weights[weight]}) * value;
      rest += static_cast<std::uint64_t>(std::int64_t{channels.unweights[weight]}) * value;
    }
    if (channel > 0) output[channel - 1] = taken;
    taken = rest;
  }
}

/// The square root, rounded to the nearest.
template <class Result, class T>
Result rounded_root(T x) {
  if (x == 0) return 0;
  T root = 0;
  for (T bit = T{1} << ((highest_bit(x) - 1) / 2 * 2); bit != 0; bit >>= 2) {
    if (x >= root + bit) {
      x -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  if (x > root && root != static_cast<Result>(-1)) ++root;
  return static_cast<Result>(root);
}

inline void filter_bank_square_root(const std::uint64_t* input, int count, int shift, std::uint32_t* output) {
  for (int i = 0; i < count; ++i) {
    const std::uint32_t root = (input[i] >> 32) == 0 ? rounded_root<std::uint16_t>(static_cast<std::uint32_t>(input[i]))
                                                     : rounded_root<std::uint32_t>(input[i]);
    output[i] = root >> shift;
  }
}

struct SpectralSubtraction {
  std::uint32_t smoothing[2];            ///< of channels of even and odd number
  std::uint32_t one_minus_smoothing[2];  ///< the same
  std::uint32_t min_signal_remaining;
  int smoothing_bits;
  int spectral_subtraction_bits;
  bool clamping;
};

/// Subtract an estimate of the noise, which follows the input slowly, but leave a part of the input.
inline void filter_bank_spectral_subtraction(const SpectralSubtraction& options, int count, const std::uint32_t* input,
                                             std::uint32_t* noise, std::uint32_t* output) {
  for (int i = 0; i < count; ++i) {
    const std::uint32_t signal = input[i] << options.smoothing_bits;
    noise[i] = static_cast<std::uint32_t>((std::uint64_t{signal} * options.smoothing[i & 1] +
                                           std::uint64_t{noise[i]} * options.one_minus_smoothing[i & 1]) >>
                                          options.spectral_subtraction_bits);
    std::uint32_t estimate = noise[i];
    if (estimate > signal) {
      estimate = signal;
      if (options.clamping) noise[i] = estimate;
    }
    const auto floor = static_cast<std::uint32_t>((std::uint64_t{input[i]} * options.min_signal_remaining) >>
                                                  options.spectral_subtraction_bits);
    const std::uint32_t rest = (signal - estimate) >> options.smoothing_bits;
    output[i] = rest > floor ? rest : floor;
  }
}

/// 2^16 (log2(1 + i / 128) - i / 128).
constexpr std::uint16_t kLog2Excess[] = {
    0,    224,  442,  654,  861,  1063, 1259, 1450, 1636, 1817, 1992, 2163, 2329, 2490, 2646, 2797, 2944, 3087, 3224,
    3358, 3487, 3611, 3732, 3848, 3960, 4068, 4172, 4272, 4368, 4460, 4549, 4633, 4714, 4791, 4864, 4934, 5001, 5063,
    5123, 5178, 5231, 5280, 5326, 5368, 5408, 5444, 5477, 5507, 5533, 5557, 5578, 5595, 5610, 5622, 5631, 5637, 5640,
    5641, 5638, 5633, 5626, 5615, 5602, 5586, 5568, 5547, 5524, 5498, 5470, 5439, 5406, 5370, 5332, 5291, 5249, 5203,
    5156, 5106, 5054, 5000, 4944, 4885, 4825, 4762, 4697, 4630, 4561, 4490, 4416, 4341, 4264, 4184, 4103, 4020, 3935,
    3848, 3759, 3668, 3575, 3481, 3384, 3286, 3186, 3084, 2981, 2875, 2768, 2659, 2549, 2437, 2323, 2207, 2090, 1971,
    1851, 1729, 1605, 1480, 1353, 1224, 1094, 963,  830,  695,  559,  421,  282,  142,  0,    0,
};

/// The natural logarithm of x > 0, times `scale` / 2^16.
inline std::uint32_t scaled_log(std::uint32_t x, std::uint32_t scale) {
  constexpr int kBits = 16;
  constexpr int kSegmentBits = 9;  // 128 segments
  constexpr std::uint64_t kLn2 = 45426;
  constexpr std::uint32_t kHalf = 1U << (kBits - 1);
  const int integer = highest_bit(x) - 1;
  const std::uint32_t rest = x - (1U << integer);
  const auto fraction =
      static_cast<std::int32_t>(integer < kBits ? rest << (kBits - integer) : rest >> (integer - kBits));
  const std::int32_t segment = fraction >> kSegmentBits;
  const std::int32_t low = kLog2Excess[segment];
  const std::int32_t slope = kLog2Excess[segment + 1] - low;
  const std::int32_t excess = low + ((slope * (fraction - (segment << kSegmentBits))) >> kBits);
  const std::uint32_t log2 =
      (static_cast<std::uint32_t>(integer) << kBits) + static_cast<std::uint32_t>(fraction + excess);
  const auto natural = static_cast<std::uint32_t>((kLn2 * log2 + kHalf) >> kBits);
  return (scale * natural + kHalf) >> kBits;
}

inline void filter_bank_log(const std::uint32_t* input, int count, std::uint32_t scale, int correction_bits,
                            std::int16_t* output) {
  for (int i = 0; i < count; ++i) {
    const std::uint32_t corrected = input[i] << correction_bits;
    const std::uint32_t value = corrected > 1 ? scaled_log(corrected, scale) : 0;
    output[i] = static_cast<std::int16_t>(value < INT16_MAX ? value : INT16_MAX);
  }
}

/// Entries of the table that pcan() reads: 3, then 4 for each power of 2.
constexpr int kPcanTableSize = 125;

/// A function of x by a table of quadratic pieces, one for each power of 2.
inline std::int16_t wide_dynamic_function(std::uint32_t x, const std::int16_t* table) {
  if (x <= 2) return table[x];
  const int interval = highest_bit(x);
  const std::int16_t* piece = table + 4 * interval - 6;
  const auto fraction =
      static_cast<std::int32_t>((interval < 11 ? x << (11 - interval) : x >> (interval - 11)) & 0x3FF);
  std::uint32_t sum = static_cast<std::uint32_t>((std::int32_t{piece[2]} * fraction) >> 5);
  sum += static_cast<std::uint32_t>(std::int32_t{piece[1]}) << 5;
  sum *= static_cast<std::uint32_t>(fraction);
  return static_cast<std::int16_t>((static_cast<std::int32_t>(sum + (1U << 14)) >> 15) + piece[0]);
}

/// Per-channel amplitude normalization: a gain that depends on the noise, then a soft knee.
inline void pcan(const std::uint32_t* input, const std::uint32_t* noise, const std::int16_t* gain_table, int snr_shift,
                 int count, std::uint32_t* output) {
  constexpr int kSnrBits = 12;
  constexpr int kOutputBits = 6;
  for (int i = 0; i < count; ++i) {
    const auto gain = static_cast<std::uint32_t>(std::int32_t{wide_dynamic_function(noise[i], gain_table)});
    const auto snr = static_cast<std::uint32_t>((std::uint64_t{input[i]} * gain) >> snr_shift);
    output[i] = snr < (2U << kSnrBits) ? (snr * snr) >> (2 + 2 * kSnrBits - kOutputBits)
                                       : (snr >> (kSnrBits - kOutputBits)) - (1U << kOutputBits);
  }
}

inline std::int16_t add_overlap(std::int16_t a, std::int16_t b) { return saturate_int16(a + b); }
inline float add_overlap(float a, float b) { return a + b; }

/// Add a frame to the sums of its predecessors, `sums` [size], and put out the first `step` of them.
template <class T>
void overlap_add(const T* frame, int size, int step, T* sums, T* output) {
  for (int i = 0; i < size; ++i) sums[i] = add_overlap(frame[i], sums[i]);
  for (int i = 0; i < step; ++i) output[i] = sums[i];
  for (int i = 0; i < size; ++i) sums[i] = i + step < size ? sums[i + step] : T{0};
}

/// A queue of samples in a memory of a fixed size.
struct SampleQueue {
  std::int16_t* samples;
  std::int32_t* count;

  void write(const std::int16_t* values, int size) {
    for (int i = 0; i < size; ++i) samples[*count + i] = values[i];
    *count += size;
  }
  void read(std::int16_t* values, int size) const {
    for (int i = 0; i < size; ++i) values[i] = samples[i];
  }
  void discard(int size) {
    *count -= size;
    for (int i = 0; i < *count; ++i) samples[i] = samples[i + size];
  }
};

}  // namespace mltk::micro
