#include "base/normals.h"

#include <algorithm>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/normals.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#ifndef MLTK_BASE_NORMALS_ONCE
#define MLTK_BASE_NORMALS_ONCE
namespace mltk {

/// Blocks of Philox that are made together, whatever the length of the machine's vectors: it decides the order.
constexpr std::size_t kBlocks = 64;
constexpr std::size_t kNumbers = 4 * kBlocks;

}  // namespace mltk
#endif

// Products and sums are rounded each: a fused one would differ between instruction sets.
HWY_BEFORE_NAMESPACE();
namespace mltk::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using F = hn::ScalableTag<float>;
using I = hn::RebindToSigned<F>;
using U = hn::RebindToUnsigned<F>;
using Words = hn::Vec<U>;
using Floats = hn::Vec<F>;

/// The upper halves of products of 32 bits; all lanes of `factors` are equal.
HWY_INLINE Words multiply_high(Words values, Words factors) {
  const U d;
#if HWY_TARGET == HWY_SCALAR
  const std::uint64_t product = std::uint64_t{hn::GetLane(values)} * hn::GetLane(factors);
  return hn::Set(d, static_cast<std::uint32_t>(product >> 32));
#else
  const hn::Repartition<std::uint64_t, U> wide;
  const auto even = hn::MulEven(values, factors);
  const auto odd = hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, values))), factors);
  return hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, hn::ShiftRight<32>(even)));
#endif
}

/// Word w of block b goes to words[w * kBlocks + b]: `philox_block` of the counters from `counter` on.
void philox_blocks(const std::uint32_t* counter, const std::uint32_t* key, std::uint32_t* words) {
  const U d;
  const auto first_factor = hn::Set(d, 0xD2511F53U);
  const auto second_factor = hn::Set(d, 0xCD9E8D57U);
  for (std::size_t b = 0; b < kBlocks; b += hn::Lanes(d)) {
    Words c0 = hn::Iota(d, counter[0] + static_cast<std::uint32_t>(b));
    Words c1 = hn::Set(d, counter[1]);
    Words c2 = hn::Set(d, counter[2]);
    Words c3 = hn::Set(d, counter[3]);
    std::uint32_t k0 = key[0];
    std::uint32_t k1 = key[1];
    for (int round = 0; round < 10; ++round) {
      const Words high0 = multiply_high(c0, first_factor);
      const Words low0 = hn::Mul(c0, first_factor);
      const Words high1 = multiply_high(c2, second_factor);
      const Words low1 = hn::Mul(c2, second_factor);
      c0 = hn::Xor(hn::Xor(high1, c1), hn::Set(d, k0));
      c1 = low1;
      c2 = hn::Xor(hn::Xor(high0, c3), hn::Set(d, k1));
      c3 = low0;
      k0 += 0x9E3779B9U;
      k1 += 0xBB67AE85U;
    }
    hn::StoreU(c0, d, words + b);
    hn::StoreU(c1, d, words + kBlocks + b);
    hn::StoreU(c2, d, words + 2 * kBlocks + b);
    hn::StoreU(c3, d, words + 3 * kBlocks + b);
  }
}

/// The upper 24 bits of words, as whole numbers.
HWY_INLINE Floats upper_bits(Words words) { return hn::ConvertTo(F(), hn::BitCast(I(), hn::ShiftRight<8>(words))); }

template <class... Coefficients>
HWY_INLINE Floats polynomial(Floats x, float last, Coefficients... others) {
  Floats sum = hn::Set(F(), last);
  ((sum = hn::Add(hn::Mul(sum, x), hn::Set(F(), others))), ...);
  return sum;
}

/// -2 ln(x) for x in (0, 1].
HWY_INLINE Floats minus_two_logs(Floats x) {
  const F d;
  const I whole;
  // x = 2^e m with m in [sqrt(1/2), sqrt(2)); ln(m) = 2 artanh((m - 1) / (m + 1)).
  const auto bits = hn::BitCast(whole, x);
  const auto shifted = hn::Sub(bits, hn::Set(whole, 0x3F3504F3));
  const auto exponent = hn::ShiftRight<23>(shifted);
  const auto m = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<23>(exponent)));
  const auto one = hn::Set(d, 1.0F);
  const auto s = hn::Div(hn::Sub(m, one), hn::Add(m, one));
  const auto series = polynomial(hn::Mul(s, s), 2.0F / 9, 2.0F / 7, 2.0F / 5, 2.0F / 3, 2.0F);
  const auto logs = hn::Add(hn::Mul(s, series), hn::Mul(hn::ConvertTo(d, exponent), hn::Set(d, 0.693147180559945309F)));
  return hn::Mul(logs, hn::Set(d, -2.0F));
}

/// Cosine and sine of `turns`, in [-1/2, 1/2), times `radius`.
HWY_INLINE void on_circle(Floats turns, Floats radius, Floats& cosine, Floats& sine) {
  const F d;
  const I whole;
  // An eighth of a turn to either side of a quarter.
  const auto quarter = hn::Floor(hn::Add(hn::Mul(turns, hn::Set(d, 4.0F)), hn::Set(d, 0.5F)));
  const auto rest = hn::Sub(turns, hn::Mul(quarter, hn::Set(d, 0.25F)));
  const auto angle = hn::Mul(rest, hn::Set(d, 6.28318530717958648F));
  const auto square = hn::Mul(angle, angle);
  const auto s = hn::Mul(angle, polynomial(square, 1.0F / 362880, -1.0F / 5040, 1.0F / 120, -1.0F / 6, 1.0F));
  const auto c = polynomial(square, 1.0F / 40320, -1.0F / 720, 1.0F / 24, -0.5F, 1.0F);
  const auto number = hn::ConvertTo(whole, quarter);
  const auto is_odd = hn::MaskFromVec(hn::BitCast(d, hn::Neg(hn::And(number, hn::Set(whole, 1)))));
  // Signs: the cosine's is negative in quarters 1 and 2, the sine's in 2 and 3.
  const auto cosine_sign = hn::ShiftLeft<30>(hn::And(hn::Add(number, hn::Set(whole, 1)), hn::Set(whole, 2)));
  const auto sine_sign = hn::ShiftLeft<30>(hn::And(number, hn::Set(whole, 2)));
  cosine = hn::Mul(radius, hn::Xor(hn::IfThenElse(is_odd, s, c), hn::BitCast(d, cosine_sign)));
  sine = hn::Mul(radius, hn::Xor(hn::IfThenElse(is_odd, c, s), hn::BitCast(d, sine_sign)));
}

/// kNumbers normal numbers of the words of as many blocks as make them.
void normals(const std::uint32_t* words, float* to) {
  const F d;
  const U unsigned_d;
  const auto scale = hn::Set(d, 0x1p-24F);
  for (std::size_t half = 0; half < kNumbers; half += 2 * kBlocks) {
    for (std::size_t b = half; b < half + kBlocks; b += hn::Lanes(d)) {
      const auto first = upper_bits(hn::LoadU(unsigned_d, words + b));
      const auto second = upper_bits(hn::LoadU(unsigned_d, words + b + kBlocks));
      const auto uniform = hn::Mul(hn::Add(first, hn::Set(d, 1.0F)), scale);
      const auto radius = hn::Sqrt(minus_two_logs(uniform));
      const auto turns = hn::Sub(hn::Mul(second, scale), hn::Set(d, 0.5F));
      Floats cosine;
      Floats sine;
      on_circle(turns, radius, cosine, sine);
      hn::StoreU(cosine, d, to + b);
      hn::StoreU(sine, d, to + b + kBlocks);
    }
  }
}

}  // namespace mltk::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk {
namespace {

HWY_EXPORT(philox_blocks);
HWY_EXPORT(normals);

}  // namespace

void fill_normal(Rng& rng, std::span<float> to) {
  std::uint32_t words[kNumbers];
  float numbers[kNumbers];
  rng.left_ = 0;
  for (std::size_t first = 0; first < to.size(); first += kNumbers) {
    HWY_DYNAMIC_DISPATCH(philox_blocks)(rng.counter_.data(), rng.key_.data(), words);
    rng.counter_[0] += kBlocks;
    const std::size_t count = std::min(kNumbers, to.size() - first);
    HWY_DYNAMIC_DISPATCH(normals)(words, count == kNumbers ? &to[first] : numbers);
    if (count < kNumbers) std::copy_n(numbers, count, &to[first]);
  }
}

}  // namespace mltk
#endif
