#include "audio/batch_frontend.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "audio/batch_frontend.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#include <algorithm>
#include <cstring>
#include <iterator>

HWY_BEFORE_NAMESPACE();
namespace mltk::audio {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR  // a processor without vectors

void amplitudes_of(const BatchFrontend::Tables& tables, BatchFrontend::Memory& memory, const std::int16_t* samples,
                   int frames, std::size_t stride, std::uint32_t* signals) {
  const FrontendConstants& c = *tables.constants;
  auto* spectrum = reinterpret_cast<Complex16*>(memory.transforms.get());
  for (int frame = 0; frame < frames; ++frame, samples += c.step, signals += stride) {
    frame_amplitudes(c, samples, memory.frames.get(), spectrum, signals);
  }
}

void finish_frames(const BatchFrontend::Tables& tables, BatchFrontend::Memory& memory, std::size_t stride,
                   std::uint32_t* signals, int frames, std::uint16_t* features) {
  const FrontendConstants& c = *tables.constants;
  std::fill_n(memory.estimates.get(), stride, 0);
  for (int frame = 0; frame < frames; ++frame, signals += stride, features += c.channels) {
    frame_features(c, signals, memory.estimates.get(), features);
  }
}

#else

namespace hn = hwy::HWY_NAMESPACE;

constexpr hn::ScalableTag<std::int32_t> kTag;
constexpr hn::ScalableTag<std::uint32_t> kUnsigned;
constexpr hn::ScalableTag<std::int64_t> kWide;
constexpr hn::ScalableTag<std::uint64_t> kWideUnsigned;
constexpr hn::ScalableTag<std::int16_t> kHalves;
constexpr hn::ScalableTag<double> kReals;
using Lanes = hn::Vec<decltype(kTag)>;
using Unsigned = hn::Vec<decltype(kUnsigned)>;
using Wide = hn::Vec<decltype(kWide)>;
/// int16 pairs: a complex number of one frame in each 32-bit lane.
using Complexes = hn::Vec<decltype(kHalves)>;

constexpr std::size_t kFrames = HWY_LANES(std::int32_t);
constexpr std::size_t kSamples = 2 * kFrames;

// ---- complex numbers, one frame in a lane

HWY_INLINE Complexes load(const std::int32_t* from) { return hn::BitCast(kHalves, hn::Load(kTag, from)); }
HWY_INLINE void store(Complexes z, std::int32_t* to) { hn::Store(hn::BitCast(kTag, z), kTag, to); }
HWY_INLINE Complexes imaginary_mask() {
  return hn::BitCast(kHalves, hn::Set(kTag, static_cast<std::int32_t>(0xFFFF0000)));
}

/// start + a[2 i] * b[2 i] + a[2 i + 1] * b[2 i + 1].
HWY_INLINE Lanes pair_products(Complexes a, Complexes b, Lanes start) {
#if HWY_ARCH_X86
  Lanes unused = hn::Zero(kTag);
  return hn::ReorderWidenMulAccumulate(kTag, a, b, start, unused);
#else
  const auto even = [](Complexes x) HWY_ATTR { return hn::ShiftRight<16>(hn::ShiftLeft<16>(hn::BitCast(kTag, x))); };
  const auto odd = [](Complexes x) HWY_ATTR { return hn::ShiftRight<16>(hn::BitCast(kTag, x)); };
  return hn::Add(start, hn::Add(hn::Mul(even(a), even(b)), hn::Mul(odd(a), odd(b))));
#endif
}

HWY_INLINE Complexes scaled(Complexes a, std::int16_t factor) {
  return hn::MulFixedPoint15(a, hn::Set(kHalves, factor));
}

HWY_INLINE Complexes turned(Complexes a, BatchFrontend::Turn turn) {
  const Lanes half = hn::Set(kTag, 1 << 14);
  const auto row = [](std::int32_t pair) HWY_ATTR { return hn::BitCast(kHalves, hn::Set(kTag, pair)); };
  const Lanes re = hn::ShiftRight<15>(pair_products(a, row(turn.to_re), half));
  const Lanes im = hn::ShiftLeft<1>(pair_products(a, row(turn.to_im), half));
  return hn::OddEven(hn::BitCast(kHalves, im), hn::BitCast(kHalves, re));
}

/// (a + b) / 2 and (a - b) / 2, rounded down, of sums that may need 17 bits.
HWY_INLINE Complexes half_sum(Complexes a, Complexes b) {
  return hn::Add(hn::And(a, b), hn::ShiftRight<1>(hn::Xor(a, b)));
}
HWY_INLINE Complexes half_difference(Complexes a, Complexes b) {
  const auto borrow = hn::And(hn::AndNot(a, b), hn::Set(kHalves, 1));
  return hn::Sub(hn::Sub(hn::ShiftRight<1>(a), hn::ShiftRight<1>(b)), borrow);
}

// ---- windows

/// One frame times the window, scaled up; [N], of which what lies behind the window stays zero. Returns the shift.
int window_frame(const BatchFrontend::Tables& tables, const std::int16_t* samples, std::int16_t* windowed) {
  const auto count = static_cast<std::size_t>(tables.constants->window);
  auto largest = hn::Zero(kHalves);
  const auto product = [&](Complexes x, std::size_t i) HWY_ATTR {
    const auto c = hn::LoadU(kHalves, tables.window.data() + i);
    constexpr hn::RebindToUnsigned<decltype(kHalves)> kUnsignedHalves;
    const auto low = hn::ShiftRight<12>(hn::BitCast(kUnsignedHalves, hn::Mul(x, c)));
    return hn::Or(hn::ShiftLeft<4>(hn::MulHigh(x, c)), hn::BitCast(kHalves, low));
  };
  for (std::size_t i = 0; i < count; i += kSamples) {
    Complexes x;
    if (i + kSamples <= count) {
      x = hn::LoadU(kHalves, samples + i);
    } else {
      HWY_ALIGN std::int16_t rest[kSamples] = {};
      std::memcpy(rest, samples + i, (count - i) * sizeof(std::int16_t));
      x = hn::Load(kHalves, rest);
    }
    const auto y = product(x, i);
    largest = hn::Max(largest, hn::Abs(y));
    hn::Store(y, kHalves, windowed + i);
  }
  HWY_ALIGN std::int16_t magnitudes[kSamples];
  hn::Store(largest, kHalves, magnitudes);
  const std::int16_t most = *std::max_element(magnitudes, magnitudes + kSamples);
  const int shift = 15 - bit_width(static_cast<std::uint32_t>(most));
  for (std::size_t i = 0; i < count; i += kSamples) {
    hn::Store(hn::ShiftLeftSame(hn::Load(kHalves, windowed + i), shift), kHalves, windowed + i);
  }
  return shift;
}

/// Pairs of samples of kFrames frames to lanes, in decimated order.
///
/// frames [kFrames, 2 * half] i16   z [half, kFrames] pairs
void to_lanes(const std::uint16_t* places, std::size_t half, const std::int16_t* frames, std::int32_t* z) {
  constexpr hn::Full128<std::int32_t> four;
  constexpr hn::Full128<std::int64_t> two;
  const auto pairs = [](auto x) HWY_ATTR { return hn::BitCast(hn::Full128<std::int64_t>(), x); };
  for (std::size_t f = 0; f < kFrames; f += 4) {
    const auto* row = reinterpret_cast<const std::int32_t*>(frames + f * 2 * half);
    for (std::size_t i = 0; i < half; i += 4) {
      const auto a = hn::Load(four, row + i);
      const auto b = hn::Load(four, row + half + i);
      const auto c = hn::Load(four, row + 2 * half + i);
      const auto d = hn::Load(four, row + 3 * half + i);
      const auto ab_low = pairs(hn::InterleaveLower(four, a, b));
      const auto cd_low = pairs(hn::InterleaveLower(four, c, d));
      const auto ab_high = pairs(hn::InterleaveUpper(four, a, b));
      const auto cd_high = pairs(hn::InterleaveUpper(four, c, d));
      const auto put = [&](auto x, std::size_t at)
                           HWY_ATTR { hn::Store(hn::BitCast(four, x), four, z + places[i + at] * kFrames + f); };
      put(hn::InterleaveLower(two, ab_low, cd_low), 0);
      put(hn::InterleaveUpper(two, ab_low, cd_low), 1);
      put(hn::InterleaveLower(two, ab_high, cd_high), 2);
      put(hn::InterleaveUpper(two, ab_high, cd_high), 3);
    }
  }
}

// ---- Fourier transform, see fft.h; the first twiddle of a stage changes nothing

void butterflies_2(std::size_t half, std::int32_t* z) {
  for (std::size_t i = 0; i < half; i += 2) {
    const Complexes a = scaled(load(z + i * kFrames), kHalf);
    const Complexes b = scaled(load(z + (i + 1) * kFrames), kHalf);
    store(hn::Add(a, b), z + i * kFrames);
    store(hn::Sub(a, b), z + (i + 1) * kFrames);
  }
}

template <bool kTurns>
HWY_INLINE void butterfly_4_lanes(std::int32_t* z, std::size_t distance, const BatchFrontend::Turn* turns) {
  const auto at = [&](std::size_t i) HWY_ATTR {
    const Complexes value = scaled(load(z + i * distance), kQuarter);
    if constexpr (kTurns) {
      if (i > 0) return turned(value, turns[i - 1]);
    }
    return value;
  };
  const Complexes a = at(0);
  const Complexes b = at(1);
  const Complexes c = at(2);
  const Complexes d = at(3);
  const Complexes even = hn::Add(a, c);
  const Complexes odd = hn::Sub(a, c);
  const Complexes sum = hn::Add(b, d);
  const Complexes difference = hn::Reverse2(kHalves, hn::Sub(b, d));
  const Complexes mask = imaginary_mask();
  const Complexes rotated = hn::Sub(hn::Xor(difference, mask), mask);
  store(hn::Add(even, sum), z);
  store(hn::Sub(even, sum), z + 2 * distance);
  store(hn::Add(odd, rotated), z + distance);
  store(hn::Sub(odd, rotated), z + 3 * distance);
}

void butterflies_4(std::size_t half, std::size_t m, const BatchFrontend::Turn* twiddles, std::int32_t* z) {
  const std::size_t stride = half / (4 * m);
  for (std::size_t i = 0; i < half; i += 4 * m) {
    butterfly_4_lanes<false>(z + i * kFrames, m * kFrames, nullptr);
  }
  for (std::size_t k = 1; k < m; ++k) {
    const BatchFrontend::Turn turns[] = {twiddles[k * stride], twiddles[2 * k * stride], twiddles[3 * k * stride]};
    for (std::size_t i = k; i < half; i += 4 * m) {
      butterfly_4_lanes<true>(z + i * kFrames, m * kFrames, turns);
    }
  }
}

void transform(std::size_t half, const BatchFrontend::Turn* twiddles, std::int32_t* z) {
  std::size_t m = 1;
  if (__builtin_ctzll(half) % 2 == 1) {
    butterflies_2(half, z);
    m = 2;
  }
  for (; m < half; m *= 4) butterflies_4(half, m, twiddles, z);
}

/// From the transform of pairs of samples to the energies of the spectrum.
///
/// z [half, kFrames]   energies [half + 1, kFrames]
void spectrum_energies(std::size_t half, const BatchFrontend::Turn* super_twiddles, const std::int32_t* z,
                       std::int32_t* energies) {
  const Complexes mask = imaginary_mask();
  const auto put = [&](Complexes x, std::size_t bin)
                       HWY_ATTR { hn::Store(pair_products(x, x, hn::Zero(kTag)), kTag, energies + bin * kFrames); };
  const Complexes first = scaled(load(z), kHalf);
  const Complexes swapped = hn::Reverse2(kHalves, first);
  put(hn::OddEven(hn::Zero(kHalves), hn::Add(first, swapped)), 0);
  put(hn::OddEven(hn::Zero(kHalves), hn::Sub(first, swapped)), half);
  for (std::size_t k = 1; k <= half / 2; ++k) {
    const Complexes mirrored = load(z + (half - k) * kFrames);
    const Complexes a = scaled(load(z + k * kFrames), kHalf);
    const Complexes b = scaled(hn::Sub(hn::Xor(mirrored, mask), mask), kHalf);
    const Complexes sum = hn::Add(a, b);
    const Complexes product = turned(hn::Sub(a, b), super_twiddles[k - 1]);
    put(half_sum(sum, product), k);
    put(half_difference(hn::OddEven(product, sum), hn::OddEven(sum, product)), half - k);
  }
}

// ---- filter bank

/// The square roots of 64-bit sums, see rounded_sqrt. The FFT divides by its length, so energies are below 2^31 and
/// sums below 2^56.
HWY_INLINE Wide square_roots(Wide x) {
  const auto root = hn::Sqrt(hn::ConvertTo(kReals, x));
  Wide r = hn::ConvertTo(kWide, hn::Add(root, hn::Set(kReals, 0.5)));
  // r^2 - r < x <= r^2 + r; the rounding of doubles may miss it by one.
  const auto square = hn::BitCast(kWide, hn::MulEven(hn::BitCast(kUnsigned, r), hn::BitCast(kUnsigned, r)));
  const Wide one = hn::Set(kWide, 1);
  const auto low = hn::Gt(x, hn::Add(square, r));
  const auto high = hn::Gt(hn::Add(hn::Sub(square, r), one), x);
  r = hn::Add(r, hn::IfThenElseZero(low, one));
  r = hn::Sub(r, hn::IfThenElseZero(high, hn::IfThenElseZero(hn::Gt(r, hn::Zero(kWide)), one)));
  const auto overflows = hn::And(hn::Eq(r, hn::Set(kWide, 0x10000)), hn::Gt(hn::Set(kWide, 0x100000000), x));
  return hn::Sub(r, hn::IfThenElseZero(overflows, one));
}

/// Sums of 64 bits, of the even and of the odd lanes.
struct Sums {
  Wide even;
  Wide odd;

  HWY_INLINE void add(Lanes energy, Lanes energy_odd, std::int32_t weight) {
    const Lanes w = hn::Set(kTag, weight);
    even = hn::Add(even, hn::MulEven(energy, w));
    odd = hn::Add(odd, hn::MulEven(energy_odd, w));
  }
};

/// energies [N / 2 + 1, kFrames]   shifts [kFrames]   signals: `put(channel, amplitudes of the lanes)`
template <class Put>
HWY_INLINE void filterbank_lanes(const BatchFrontend::Tables& tables, const std::int32_t* energies,
                                 const std::uint32_t* shifts, const Put& put) {
  const FrontendConstants& c = *tables.constants;
  const Unsigned shift = hn::Load(kUnsigned, shifts);
  const Sums zero{hn::Zero(kWide), hn::Zero(kWide)};
  Sums sum = zero;
  Sums next = zero;
  int bin = c.first_bin;
  for (int band = 0; band <= c.channels; ++band) {
    for (; bin < c.band_ends[band]; ++bin) {
      const Lanes energy = hn::Load(kTag, energies + static_cast<std::size_t>(bin) * kFrames);
      const Lanes energy_odd = hn::BitCast(kTag, hn::ShiftRight<32>(hn::BitCast(kWide, energy)));
      const auto i = static_cast<std::size_t>(bin - c.first_bin);
      sum.add(energy, energy_odd, tables.weights[i]);
      next.add(energy, energy_odd, tables.unweights[i]);
    }
    if (band > 0) {
      const auto odd = hn::ShiftLeft<32>(square_roots(sum.odd));
      const auto roots = hn::OddEven(hn::BitCast(kUnsigned, odd), hn::BitCast(kUnsigned, square_roots(sum.even)));
      put(static_cast<std::size_t>(band - 1), hn::Shr(roots, shift));
    }
    sum = next;
    next = zero;
  }
}

void amplitudes_of(const BatchFrontend::Tables& tables, BatchFrontend::Memory& memory, const std::int16_t* samples,
                   int frames, std::size_t stride, std::uint32_t* signals) {
  const FrontendConstants& c = *tables.constants;
  const auto length = static_cast<std::size_t>(c.fft_length);
  const std::size_t half = length / 2;
  for (std::size_t first = 0; first < static_cast<std::size_t>(frames); first += kFrames) {
    const std::size_t count = std::min(kFrames, static_cast<std::size_t>(frames) - first);
    HWY_ALIGN std::uint32_t shifts[kFrames] = {};
    for (std::size_t f = 0; f < count; ++f) {
      const std::int16_t* frame = samples + (first + f) * static_cast<std::size_t>(c.step);
      shifts[f] = static_cast<std::uint32_t>(window_frame(tables, frame, memory.frames.get() + f * length));
    }
    to_lanes(tables.places.data(), half, memory.frames.get(), memory.transforms.get());
    transform(half, tables.twiddles.data(), memory.transforms.get());
    spectrum_energies(half, tables.super_twiddles.data(), memory.transforms.get(), memory.energies.get());
    std::uint32_t* rows = signals + first * stride;
    filterbank_lanes(tables, memory.energies.get(), shifts, [&](std::size_t channel, Unsigned amplitudes) HWY_ATTR {
      HWY_ALIGN std::uint32_t lanes[kFrames];
      hn::Store(amplitudes, kUnsigned, lanes);
      for (std::size_t f = 0; f < count; ++f) rows[f * stride + channel] = lanes[f];
    });
  }
}

// ---- behind the filter bank, one channel in a lane

HWY_INLINE Unsigned odd_to_even(Unsigned x) {
  return hn::BitCast(kUnsigned, hn::ShiftRight<32>(hn::BitCast(kWideUnsigned, x)));
}

/// Even lanes of a, times b, in 64 bits.
HWY_INLINE hn::Vec<decltype(kWideUnsigned)> products(Unsigned a, std::uint32_t b) {
  return hn::MulEven(a, hn::Set(kUnsigned, b));
}
/// 64-bit results of the even and of the odd lanes, cut to 32 bits, in their places.
HWY_INLINE Unsigned join(hn::Vec<decltype(kWideUnsigned)> even, hn::Vec<decltype(kWideUnsigned)> odd) {
  return hn::OddEven(hn::BitCast(kUnsigned, hn::ShiftLeft<32>(odd)), hn::BitCast(kUnsigned, even));
}

HWY_INLINE Unsigned reduced_noise(const NoiseReduction& c, Unsigned signal, std::uint32_t* estimates) {
  const Unsigned estimate = hn::Load(kUnsigned, estimates);
  const Unsigned scaled_up = hn::ShiftLeftSame(signal, c.smoothing_bits);
  const auto smoothed = [](Unsigned x, Unsigned state, std::uint32_t k) HWY_ATTR {
    return hn::ShiftRight<14>(hn::Add(products(x, k), products(state, (1U << 14) - k)));
  };
  const Unsigned noise = join(smoothed(scaled_up, estimate, c.even_smoothing),
                              smoothed(odd_to_even(scaled_up), odd_to_even(estimate), c.odd_smoothing));
  hn::Store(noise, kUnsigned, estimates);
  const Unsigned least = join(hn::ShiftRight<14>(products(signal, c.min_signal_remaining)),
                              hn::ShiftRight<14>(products(odd_to_even(signal), c.min_signal_remaining)));
  const Unsigned rest = hn::ShiftRightSame(hn::Sub(scaled_up, hn::Min(noise, scaled_up)), c.smoothing_bits);
  return hn::Max(rest, least);
}

/// Widths in bits of x > 0.
HWY_INLINE Unsigned widths(Unsigned x) {
  // Without the second bit, floats do not round up to the next power of two.
  constexpr hn::RebindToFloat<decltype(kTag)> floats;
  const auto rounded = hn::ConvertTo(floats, hn::AndNot(hn::ShiftRight<1>(x), x));
  return hn::Sub(hn::ShiftRight<23>(hn::BitCast(kUnsigned, rounded)), hn::Set(kUnsigned, 126));
}

/// x of that width, shifted until its width is `target`.
HWY_INLINE Unsigned shifted_to(Unsigned x, Unsigned width, std::uint32_t target) {
  const Unsigned goal = hn::Set(kUnsigned, target);
  const Unsigned up = hn::Sub(hn::Max(goal, width), width);
  const Unsigned down = hn::Sub(hn::Max(goal, width), goal);
  return hn::Shr(hn::Shl(x, up), down);
}

HWY_INLINE Unsigned controlled_gain(const GainControl& c, const BatchFrontend::Parabolas& gains, Unsigned signal,
                                    Unsigned estimate) {
  const Unsigned one = hn::Set(kUnsigned, 1);
  const Unsigned width = hn::IfThenElseZero(hn::Gt(estimate, hn::Zero(kUnsigned)), widths(hn::Max(estimate, one)));
  const Lanes index = hn::BitCast(kTag, width);
  const Lanes fraction = hn::BitCast(kTag, hn::And(shifted_to(estimate, width, 11), hn::Set(kUnsigned, 0x3FF)));
  const Lanes start = hn::GatherIndex(kTag, gains.start.data(), index);
  const Lanes slope = hn::GatherIndex(kTag, gains.slope.data(), index);
  const Lanes curvature = hn::GatherIndex(kTag, gains.curvature.data(), index);
  Lanes result = hn::Add(hn::ShiftRight<5>(hn::Mul(curvature, fraction)), hn::ShiftLeft<5>(slope));
  result = hn::ShiftRight<15>(hn::Add(hn::Mul(result, fraction), hn::Set(kTag, 1 << 14)));
  // int16, then unsigned
  const Lanes gain = hn::ShiftRight<16>(hn::ShiftLeft<16>(hn::Add(result, start)));
  const Unsigned factor = hn::BitCast(kUnsigned, gain);
  const auto even = hn::ShiftRightSame(hn::MulEven(signal, factor), c.snr_shift);
  const auto odd = hn::ShiftRightSame(hn::MulEven(odd_to_even(signal), odd_to_even(factor)), c.snr_shift);
  const Unsigned ratio = join(even, odd);
  const Unsigned knee = hn::Set(kUnsigned, 2 << 12);
  const Unsigned below = hn::ShiftRight<20>(hn::Mul(ratio, ratio));
  const Unsigned above = hn::Sub(hn::ShiftRight<6>(ratio), hn::Set(kUnsigned, 1 << 6));
  return hn::IfThenElse(hn::Gt(knee, ratio), below, above);
}

HWY_INLINE Unsigned scaled_logs(const LogScale& c, const std::int32_t* table, Unsigned signal) {
  const Unsigned one = hn::Set(kUnsigned, 1);
  const Unsigned x = hn::Max(
      c.correction < 0 ? hn::ShiftRightSame(signal, -c.correction) : hn::ShiftLeftSame(signal, c.correction), one);
  const Unsigned width = widths(x);
  const Unsigned exponent = hn::Sub(width, one);
  const Lanes fraction = hn::BitCast(kTag, hn::And(shifted_to(x, width, 17), hn::Set(kUnsigned, 0xFFFF)));
  const Lanes entry = hn::GatherIndex(kTag, table, hn::ShiftRight<9>(fraction));
  const Lanes base = hn::And(entry, hn::Set(kTag, 0xFFFF));
  const Lanes growth = hn::ShiftRight<16>(entry);
  const Lanes within = hn::And(fraction, hn::Set(kTag, 511));
  const Lanes correction = hn::Add(base, hn::ShiftRight<16>(hn::Mul(growth, within)));
  // 2^16 times the whole part stays out of the product, so that it fits 32 bits.
  const Unsigned ln2 = hn::Set(kUnsigned, 45426);
  const Unsigned mantissa = hn::BitCast(kUnsigned, hn::Add(fraction, correction));
  const Unsigned half = hn::Set(kUnsigned, 1 << 15);
  const Unsigned natural = hn::Add(hn::Mul(ln2, exponent), hn::ShiftRight<16>(hn::Add(hn::Mul(ln2, mantissa), half)));
  return hn::ShiftRight<16>(hn::Add(hn::ShiftLeftSame(natural, c.shift), half));
}

void finish_frames(const BatchFrontend::Tables& tables, BatchFrontend::Memory& memory, std::size_t stride,
                   std::uint32_t* signals, int frames, std::uint16_t* features) {
  const FrontendConstants& c = *tables.constants;
  const auto channels = static_cast<std::size_t>(c.channels);
  constexpr hn::Rebind<std::uint16_t, decltype(kTag)> kFeatures;
  std::fill_n(memory.estimates.get(), stride, 0);
  for (int frame = 0; frame < frames; ++frame, signals += stride, features += channels) {
    for (std::size_t i = 0; i < channels; i += kFrames) {
      Unsigned signal = hn::Load(kUnsigned, signals + i);
      if (c.noise.enable) signal = reduced_noise(c.noise, signal, memory.estimates.get() + i);
      if (c.gain.enable) {
        signal = controlled_gain(c.gain, tables.gains, signal, hn::Load(kUnsigned, memory.estimates.get() + i));
      }
      if (c.log.enable) signal = scaled_logs(c.log, tables.logs.data(), signal);
      const auto output = hn::DemoteTo(kFeatures, hn::BitCast(kTag, hn::Min(signal, hn::Set(kUnsigned, 0xFFFF))));
      if (i + kFrames <= channels) {
        hn::StoreU(output, kFeatures, features + i);
      } else {
        HWY_ALIGN std::uint16_t rest[kFrames];
        hn::Store(output, kFeatures, rest);
        std::memcpy(features + i, rest, (channels - i) * sizeof(std::uint16_t));
      }
    }
  }
}

#endif  // HWY_SCALAR

}  // namespace HWY_NAMESPACE
}  // namespace mltk::audio
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::audio {
namespace {

HWY_EXPORT(amplitudes_of);
HWY_EXPORT(finish_frames);

constexpr std::size_t kMostLanes = 16;

BatchFrontend::Turn turn_of(Complex16 factor) {
  const auto pair = [](int first, int second) {
    return static_cast<std::int32_t>((static_cast<std::uint32_t>(first) & 0xFFFF) |
                                     (static_cast<std::uint32_t>(second) << 16));
  };
  return {pair(factor.re, -factor.im), pair(factor.im, factor.re)};
}

std::vector<BatchFrontend::Turn> turns_of(const Complex16* factors, std::size_t count) {
  std::vector<BatchFrontend::Turn> turns;
  std::transform(factors, factors + count, std::back_inserter(turns), turn_of);
  return turns;
}

BatchFrontend::Parabolas parabolas_of(const std::int16_t* gains) {
  BatchFrontend::Parabolas parabolas;
  for (int width = 0; width <= 32; ++width) {
    const std::int16_t* entry = width < 2 ? gains + width : gains + 2 + 3 * (width - 2);
    parabolas.start.push_back(entry[0]);
    parabolas.slope.push_back(width < 2 ? 0 : entry[1]);
    parabolas.curvature.push_back(width < 2 ? 0 : entry[2]);
  }
  return parabolas;
}

std::vector<std::int32_t> log_entries() {
  constexpr LogTable table;
  std::vector<std::int32_t> entries;
  for (std::size_t i = 0; i <= LogTable::kSegments; ++i) {
    entries.push_back(table.values[i] + (table.values[i + 1] - table.values[i]) * (1 << 16));
  }
  return entries;
}

template <class T>
hwy::AlignedFreeUniquePtr<T[]> zeros(std::size_t count) {
  auto memory = hwy::AllocateAligned<T>(count);
  std::fill_n(memory.get(), count, T{});
  return memory;
}

}  // namespace

BatchFrontend::BatchFrontend(const FrontendConstants& c)
    : stride_((static_cast<std::size_t>(c.channels) + kMostLanes - 1) / kMostLanes * kMostLanes) {
  const auto length = static_cast<std::size_t>(c.fft_length);
  const std::size_t half = length / 2;
  tables_.constants = &c;
  tables_.window.assign(c.window_coefficients, c.window_coefficients + c.window);
  tables_.window.resize(length);
  tables_.places.resize(half);
  for (std::size_t i = 0; i < half; ++i) {
    const int from = decimated(static_cast<int>(i), static_cast<int>(half));
    tables_.places[static_cast<std::size_t>(from)] = static_cast<std::uint16_t>(i);
  }
  tables_.twiddles = turns_of(c.twiddles, half);
  tables_.super_twiddles = turns_of(c.super_twiddles, half / 2);
  const std::ptrdiff_t bins = c.end_bin - c.first_bin;
  tables_.weights.assign(c.weights, c.weights + bins);
  tables_.unweights.assign(c.unweights, c.unweights + bins);
  tables_.logs = log_entries();
  if (c.gain.enable) tables_.gains = parabolas_of(c.gain.gains);
  memory_.frames = zeros<std::int16_t>(kMostLanes * length);
  memory_.transforms = zeros<std::int32_t>(half * kMostLanes);
  memory_.energies = zeros<std::int32_t>((half + 1) * kMostLanes);
  memory_.estimates = zeros<std::uint32_t>(stride_);
}

void BatchFrontend::amplitudes(const std::int16_t* samples, int frames, std::uint32_t* signals) {
  HWY_DYNAMIC_DISPATCH(amplitudes_of)(tables_, memory_, samples, frames, stride_, signals);
}

void BatchFrontend::finish(std::uint32_t* signals, int frames, std::uint16_t* features) {
  HWY_DYNAMIC_DISPATCH(finish_frames)(tables_, memory_, stride_, signals, frames, features);
}

}  // namespace mltk::audio
#endif
