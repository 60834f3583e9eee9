#include "audio/real_fft.h"

#include <hwy/aligned_allocator.h>

#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/error.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "audio/real_fft.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#ifndef MLTK_AUDIO_REAL_FFT_ONCE
#define MLTK_AUDIO_REAL_FFT_ONCE
namespace mltk::audio {

/// Complex values in two arrays.
struct Split {
  float* real;
  float* imag;
};
struct ConstSplit {
  const float* real;
  const float* imag;
};

}  // namespace mltk::audio
#endif

// Stockham's transform: each stage reads one array and writes another, in the order in which the next one reads.
// Products and sums are rounded each: a fused one would differ between instruction sets.
HWY_BEFORE_NAMESPACE();
namespace mltk::audio::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Full = hn::ScalableTag<float>;
using Quad = hn::CappedTag<float, 4>;

template <class D>
struct Values {
  hn::Vec<D> real;
  hn::Vec<D> imag;
};

template <class D, class From>
HWY_INLINE Values<D> load(D d, const From& from, std::size_t at) {
  return {hn::LoadU(d, from.real + at), hn::LoadU(d, from.imag + at)};
}
template <class D>
HWY_INLINE void store(D d, const Values<D>& values, const Split& to, std::size_t at) {
  hn::StoreU(values.real, d, to.real + at);
  hn::StoreU(values.imag, d, to.imag + at);
}
template <class D>
HWY_INLINE Values<D> add(const Values<D>& a, const Values<D>& b) {
  return {hn::Add(a.real, b.real), hn::Add(a.imag, b.imag)};
}
template <class D>
HWY_INLINE Values<D> subtract(const Values<D>& a, const Values<D>& b) {
  return {hn::Sub(a.real, b.real), hn::Sub(a.imag, b.imag)};
}
template <class D>
HWY_INLINE Values<D> multiply(const Values<D>& a, const Values<D>& b) {
  return {hn::Sub(hn::Mul(a.real, b.real), hn::Mul(a.imag, b.imag)),
          hn::Add(hn::Mul(a.real, b.imag), hn::Mul(a.imag, b.real))};
}

/// What a transform of four values makes of them, before the twiddles.
template <class D>
struct Four {
  Values<D> out[4];
};

template <class D>
HWY_INLINE Four<D> butterfly(D d, const Split& from, std::size_t at, std::size_t quarter) {
  const auto a = load(d, from, at);
  const auto b = load(d, from, at + quarter);
  const auto c = load(d, from, at + 2 * quarter);
  const auto e = load(d, from, at + 3 * quarter);
  const auto even = add<D>(a, c);
  const auto odd = subtract<D>(a, c);
  const auto sum = add<D>(b, e);
  const auto difference = subtract<D>(b, e);
  return {{add<D>(even, sum),
           {hn::Add(odd.real, difference.imag), hn::Sub(odd.imag, difference.real)},
           subtract<D>(even, sum),
           {hn::Sub(odd.real, difference.imag), hn::Add(odd.imag, difference.real)}}};
}

/// The first stage of radix 4: four values from all over the array to four neighbours. `twiddles` [6, quarter].
void first_stage(std::size_t quarter, const Split& from, const Split& to, const float* twiddles) {
  const Full d;
  for (std::size_t i = 0; i < quarter; i += hn::Lanes(d)) {
    Four<Full> four = butterfly(d, from, i, quarter);
    for (std::size_t k = 1; k < 4; ++k) {
      const float* at = twiddles + 2 * (k - 1) * quarter + i;
      four.out[k] = multiply<Full>(four.out[k], {hn::LoadU(d, at), hn::LoadU(d, at + quarter)});
    }
    const auto& [a, b, c, e] = four.out;
    hn::StoreInterleaved4(a.real, b.real, c.real, e.real, d, to.real + 4 * i);
    hn::StoreInterleaved4(a.imag, b.imag, c.imag, e.imag, d, to.imag + 4 * i);
  }
}

/// A later stage of radix 4, of `stride` transforms of 4 * `part` values beside each other. `twiddles` [6, part].
template <class D>
HWY_INLINE void stage(D d, std::size_t part, std::size_t stride, const Split& from, const Split& to,
                      const float* twiddles) {
  for (std::size_t p = 0; p < part; ++p) {
    Values<D> twiddle[4];
    for (std::size_t k = 1; k < 4; ++k) {
      const float* at = twiddles + 2 * (k - 1) * part + p;
      twiddle[k] = {hn::Set(d, at[0]), hn::Set(d, at[part])};
    }
    for (std::size_t q = 0; q < stride; q += hn::Lanes(d)) {
      const Four<D> four = butterfly(d, from, q + stride * p, stride * part);
      const std::size_t at = q + stride * 4 * p;
      store(d, four.out[0], to, at);
      for (std::size_t k = 1; k < 4; ++k) store(d, multiply<D>(four.out[k], twiddle[k]), to, at + k * stride);
    }
  }
}

/// A last stage of radix 2.
void last_stage(std::size_t half, const Split& from, const Split& to) {
  const Full d;
  for (std::size_t i = 0; i < half; i += hn::Lanes(d)) {
    const auto a = load(d, from, i);
    const auto b = load(d, from, i + half);
    store(d, add<Full>(a, b), to, i);
    store(d, subtract<Full>(a, b), to, i + half);
  }
}

/// The complex transform of `length` values in one of the two arrays; returns the one that holds the result.
HWY_INLINE Split transform(std::size_t length, Split from, Split to, const float* twiddles) {
  std::size_t left = length;
  for (std::size_t stride = 1; left >= 4; stride *= 4, left /= 4) {
    if (stride == 1) {
      first_stage(left / 4, from, to, twiddles);
    } else if (stride < hn::Lanes(Full())) {
      stage(Quad(), left / 4, stride, from, to, twiddles);
    } else {
      stage(Full(), left / 4, stride, from, to, twiddles);
    }
    twiddles += 6 * (left / 4);
    std::swap(from, to);
  }
  if (left == 2) {
    last_stage(length / 2, from, to);
    std::swap(from, to);
  }
  return from;
}

/// Bins k and half - k of a transform of pairs of samples, k = at + 1 and on.
struct Pair {
  Values<Full> low;
  Values<Full> high;  // conjugated
};

template <class From>
HWY_INLINE Pair load_pair(const From& from, std::size_t half, std::size_t k) {
  const Full d;
  const std::size_t mirrored = half - k - hn::Lanes(d) + 1;
  return {load(d, from, k),
          {hn::Reverse(d, hn::LoadU(d, from.real + mirrored)),
           hn::Neg(hn::Reverse(d, hn::LoadU(d, from.imag + mirrored)))}};
}

HWY_INLINE void store_pair(const Pair& pair, const Split& to, std::size_t half, std::size_t k) {
  const Full d;
  const std::size_t mirrored = half - k - hn::Lanes(d) + 1;
  store(d, pair.low, to, k);
  store(d, {hn::Reverse(d, pair.high.real), hn::Reverse(d, hn::Neg(pair.high.imag))}, to, mirrored);
}

HWY_INLINE Values<Full> scaled(const Values<Full>& a, float factor) {
  const auto by = hn::Set(Full(), factor);
  return {hn::Mul(a.real, by), hn::Mul(a.imag, by)};
}

void forward(std::size_t half, const float* signal, const Split& spectrum, const Split& work, const Split& other,
             const float* twiddles, const float* turns) {
  const Full d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < half; i += lanes) {
    Values<Full> pair;
    hn::LoadInterleaved2(d, signal + 2 * i, pair.real, pair.imag);
    store(d, pair, work, i);
  }
  const Split pairs = transform(half, work, other, twiddles);
  for (std::size_t k = 1; k <= half / 2; k += lanes) {
    const auto [a, b] = load_pair(pairs, half, k);
    const Values<Full> turn = {hn::LoadU(d, turns + k - 1), hn::LoadU(d, turns + half / 2 + k - 1)};
    const auto even = scaled(add<Full>(a, b), 0.5F);
    const auto difference = scaled(subtract<Full>(a, b), 0.5F);
    const auto odd = multiply<Full>({difference.imag, hn::Neg(difference.real)}, turn);
    store_pair({add<Full>(even, odd), subtract<Full>(even, odd)}, spectrum, half, k);
  }
  spectrum.real[0] = pairs.real[0] + pairs.imag[0];
  spectrum.real[half] = pairs.real[0] - pairs.imag[0];
  spectrum.imag[0] = 0;
  spectrum.imag[half] = 0;
}

void inverse(std::size_t half, const ConstSplit& spectrum, float* signal, const Split& work, const Split& other,
             const float* twiddles, const float* turns) {
  const Full d;
  const std::size_t lanes = hn::Lanes(d);
  const float scale = 0.5F / static_cast<float>(half);
  for (std::size_t k = 1; k <= half / 2; k += lanes) {
    const auto [a, b] = load_pair(spectrum, half, k);
    const Values<Full> turned_back = {hn::LoadU(d, turns + k - 1), hn::Neg(hn::LoadU(d, turns + half / 2 + k - 1))};
    const auto even = scaled(add<Full>(a, b), scale);
    const auto odd = multiply<Full>(scaled(subtract<Full>(a, b), scale), turned_back);
    // even + i odd, and at the mirrored bin conj(even) + i conj(odd).
    store_pair({{hn::Sub(even.real, odd.imag), hn::Add(even.imag, odd.real)},
                {hn::Add(even.real, odd.imag), hn::Sub(even.imag, odd.real)}},
               work, half, k);
  }
  work.real[0] = scale * (spectrum.real[0] + spectrum.real[half]);
  work.imag[0] = scale * (spectrum.real[0] - spectrum.real[half]);
  // With real and imaginary parts exchanged on both sides, the transform is its inverse.
  const Split pairs = transform(half, {work.imag, work.real}, other, twiddles);
  for (std::size_t i = 0; i < half; i += lanes) {
    const auto pair = load(d, pairs, i);
    hn::StoreInterleaved2(pair.imag, pair.real, d, signal + 2 * i);
  }
}

}  // namespace mltk::audio::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::audio {
namespace {

HWY_EXPORT(forward);
HWY_EXPORT(inverse);

double angle(std::size_t part, std::size_t whole) {
  return -2 * std::numbers::pi * static_cast<double>(part) / static_cast<double>(whole);
}

/// exp(-2 pi i k p / length) for k = 1, 2, 3: a row of real and a row of imaginary parts each, p < length / 4; for
/// every stage of radix 4.
std::vector<float> twiddles_of(std::size_t length) {
  std::vector<float> twiddles;
  for (; length >= 4; length /= 4) {
    for (std::size_t k = 1; k < 4; ++k) {
      for (std::size_t p = 0; p < length / 4; ++p)
        twiddles.push_back(static_cast<float>(std::cos(angle(k * p, length))));
      for (std::size_t p = 0; p < length / 4; ++p)
        twiddles.push_back(static_cast<float>(std::sin(angle(k * p, length))));
    }
  }
  return twiddles;
}

/// Two arrays of complex values that a transform works in, one pair a thread.
std::pair<Split, Split> work_of(std::size_t count) {
  thread_local hwy::AlignedFreeUniquePtr<float[]> memory;
  thread_local std::size_t size = 0;
  if (size < 4 * count) {
    size = 4 * count;
    memory = hwy::AllocateAligned<float>(size);
  }
  float* at = memory.get();
  return {{at, at + count}, {at + 2 * count, at + 3 * count}};
}

}  // namespace

RealFft::RealFft(std::size_t length) : half_(length / 2), turns_(length / 2) {
  MLTK_ASSERT(length >= kLeastLength && std::has_single_bit(length));
  twiddles_ = twiddles_of(half_);
  for (std::size_t k = 0; k < half_ / 2; ++k) {
    turns_[k] = static_cast<float>(std::cos(angle(k + 1, length)));
    turns_[half_ / 2 + k] = static_cast<float>(std::sin(angle(k + 1, length)));
  }
}

void RealFft::forward(const float* signal, float* real, float* imag) const {
  const auto [work, other] = work_of(half_);
  HWY_DYNAMIC_DISPATCH(forward)(half_, signal, {real, imag}, work, other, twiddles_.data(), turns_.data());
}

void RealFft::inverse(const float* real, const float* imag, float* signal) const {
  const auto [work, other] = work_of(half_);
  HWY_DYNAMIC_DISPATCH(inverse)(half_, {real, imag}, signal, work, other, twiddles_.data(), turns_.data());
}

}  // namespace mltk::audio
#endif
