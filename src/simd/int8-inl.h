// Included once for each instruction set (hwy/foreach_target.h).
#if defined(MLTK_SIMD_INT8_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MLTK_SIMD_INT8_INL_H_
#undef MLTK_SIMD_INT8_INL_H_
#else
#define MLTK_SIMD_INT8_INL_H_
#endif

#include <hwy/aligned_allocator.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "micro/finish.h"

/// For a lambda of vectors, which must be part of the function around it.
#undef MLTK_SIMD_INLINE
#define MLTK_SIMD_INLINE HWY_ATTR __attribute__((always_inline))

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<std::int32_t>;
using Sums = hn::Vec<Tag>;
constexpr Tag kTag;
constexpr std::size_t kLanes = HWY_LANES(std::int32_t);

/// Memory that starts at a whole vector; not initialized.
template <class T>
using Aligned = hwy::AlignedFreeUniquePtr<T[]>;

/// The inputs of a kernel, in the form that its multiply-adds take. Each thread keeps one, as large as it ever needed.
template <class T>
T* workspace(std::size_t count) {
  thread_local Aligned<T> memory;
  thread_local std::size_t size = 0;
  if (size < count) {
    memory = hwy::AllocateAligned<T>(count);
    std::fill_n(memory.get(), count, T{});
    size = count;
  }
  return memory.get();
}

/// body(0), body(1), ... body(kCount - 1) with constants: the elements of an array that it goes to stay in registers.
/// A loop is unrolled too late for that by GCC 12, which keeps such arrays in memory.
template <std::size_t kCount, class Body>
HWY_INLINE void unrolled(const Body& body) {
  [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) MLTK_SIMD_INLINE {
    (body(std::integral_constant<std::size_t, kIndex>()), ...);
  }(std::make_index_sequence<kCount>());
}

// ---- output codes

/// The codes that an activation leaves: those of int8, or fewer.
struct Range {
  using Bytes = hn::Vec<hn::ScalableTag<std::int8_t>>;
  static constexpr hn::ScalableTag<std::int8_t> kBytes{};

  Sums low;
  Sums high;
  Bytes low_bytes;
  Bytes high_bytes;

  Range(std::int32_t lowest, std::int32_t highest)
      : low(hn::Set(kTag, lowest)),
        high(hn::Set(kTag, highest)),
        low_bytes(hn::Set(kBytes, static_cast<std::int8_t>(lowest))),
        high_bytes(hn::Set(kBytes, static_cast<std::int8_t>(highest))) {}

  HWY_INLINE Sums clamp(Sums values) const { return hn::Min(hn::Max(values, low), high); }
  HWY_INLINE void store(Bytes codes, std::int8_t* to) const {
    hn::StoreU(hn::Min(hn::Max(codes, low_bytes), high_bytes), kBytes, to);
  }
};

#if HWY_TARGET == HWY_AVX3_DL

/// Four vectors as one of bytes: what is beyond int8 becomes its limit. 128 bits of each in turn.
HWY_INLINE __m512i pack(const Sums (&values)[4]) {
  const __m512i low = _mm512_packs_epi32(values[0].raw, values[1].raw);
  const __m512i high = _mm512_packs_epi32(values[2].raw, values[3].raw);
  return _mm512_packs_epi16(low, high);
}

/// Four vectors of values to memory, as the codes of `range`.
HWY_INLINE void store_four(const Sums (&values)[4], const Range& range, std::int8_t* to) {
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  range.store(Range::Bytes{_mm512_permutexvar_epi32(order, pack(values))}, to);
}

#else

HWY_INLINE void store_four(const Sums (&values)[4], const Range& range, std::int8_t* to) {
  constexpr hn::Rebind<std::int8_t, Tag> bytes;
  for (std::size_t i = 0; i < 4; ++i) hn::StoreU(hn::DemoteTo(bytes, range.clamp(values[i])), bytes, to + i * kLanes);
}

#endif

// ---- multiply-add: each lane of 32 bits sums up kTaps products
//
// X, W     an input and a weight as they lie in memory; a vector of either has kTaps of them for each lane
// input    a code as an X
// start    what a sum begins with, so that it becomes sum((code + offset) * weight) + bias; modulo 2^32, as on the
//          device
// split    from kTaps vectors of X, one per tap, to kTaps vectors of lanes, each with all taps of one place
// join     from kTaps vectors of values, their places as split leaves them, to codes in the order of memory

#if HWY_TARGET == HWY_AVX3_DL

struct Dot {
  using X = std::uint8_t;
  using W = std::int8_t;
  using Inputs = hn::Vec<hn::ScalableTag<X>>;
  static constexpr std::size_t kTaps = 4;
  static constexpr int kBias = 128;  // unsigned inputs times signed weights: vpdpbusd

  static X input(std::int8_t code, std::int32_t /*offset*/) { return static_cast<X>(code ^ 0x80); }
  static std::uint32_t start(std::uint32_t bias, std::int32_t offset, std::int32_t weights) {
    return bias + (static_cast<std::uint32_t>(offset) - kBias) * static_cast<std::uint32_t>(weights);
  }
  static HWY_INLINE Sums add(Sums sums, Sums x, Sums w) {
    // Highway 1.0 detects VNNI but does not let the compiler use it: its intrinsic would not be inlined.
    asm("vpdpbusd %2, %1, %0" : "+v"(sums.raw) : "v"(x.raw), "v"(w.raw));
    return sums;
  }

  static HWY_INLINE void split(const Inputs (&x)[kTaps], Sums (&taps)[kTaps]) {
    constexpr hn::ScalableTag<X> bytes;
    constexpr hn::ScalableTag<std::uint16_t> pairs;
    const auto low = hn::BitCast(pairs, hn::InterleaveLower(bytes, x[0], x[1]));
    const auto high = hn::BitCast(pairs, hn::InterleaveUpper(bytes, x[0], x[1]));
    const auto next_low = hn::BitCast(pairs, hn::InterleaveLower(bytes, x[2], x[3]));
    const auto next_high = hn::BitCast(pairs, hn::InterleaveUpper(bytes, x[2], x[3]));
    taps[0] = hn::BitCast(kTag, hn::InterleaveLower(pairs, low, next_low));
    taps[1] = hn::BitCast(kTag, hn::InterleaveUpper(pairs, low, next_low));
    taps[2] = hn::BitCast(kTag, hn::InterleaveLower(pairs, high, next_high));
    taps[3] = hn::BitCast(kTag, hn::InterleaveUpper(pairs, high, next_high));
  }
  static HWY_INLINE void join(const Sums (&values)[kTaps], const Range& range, std::int8_t* to) {
    range.store(Range::Bytes{pack(values)}, to);
  }
};

#elif HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

struct Dot {
  using X = std::int16_t;
  using W = std::int16_t;
  using Inputs = hn::Vec<hn::ScalableTag<X>>;
  static constexpr std::size_t kTaps = 2;  // pairs of 16 bits: vpmaddwd

  static X input(std::int8_t code, std::int32_t offset) { return static_cast<X>(code + offset); }
  static std::uint32_t start(std::uint32_t bias, std::int32_t /*offset*/, std::int32_t /*weights*/) { return bias; }
  static HWY_INLINE Sums add(Sums sums, Sums x, Sums w) {
    constexpr hn::ScalableTag<X> halves;
    Sums none = hn::Zero(kTag);
    return hn::ReorderWidenMulAccumulate(kTag, hn::BitCast(halves, x), hn::BitCast(halves, w), sums, none);
  }

  static HWY_INLINE void split(const Inputs (&x)[kTaps], Sums (&taps)[kTaps]) {
    constexpr hn::ScalableTag<X> halves;
    taps[0] = hn::BitCast(kTag, hn::InterleaveLower(halves, x[0], x[1]));
    taps[1] = hn::BitCast(kTag, hn::InterleaveUpper(halves, x[0], x[1]));
  }
  static HWY_INLINE void join(const Sums (&values)[kTaps], const Range& range, std::int8_t* to) {
    constexpr hn::ScalableTag<std::int16_t> halves;
    const auto both = hn::ReorderDemote2To(halves, range.clamp(values[0]), range.clamp(values[1]));
    constexpr hn::Rebind<std::int8_t, hn::ScalableTag<std::int16_t>> bytes;
    hn::StoreU(hn::DemoteTo(bytes, both), bytes, to);
  }
};

#else

struct Dot {
  using X = std::int32_t;
  using W = std::int32_t;
  using Inputs = Sums;
  static constexpr std::size_t kTaps = 1;

  static X input(std::int8_t code, std::int32_t offset) { return code + offset; }
  static std::uint32_t start(std::uint32_t bias, std::int32_t /*offset*/, std::int32_t /*weights*/) { return bias; }
  static HWY_INLINE Sums add(Sums sums, Sums x, Sums w) { return hn::Add(sums, hn::Mul(x, w)); }

  static HWY_INLINE void split(const Inputs (&x)[kTaps], Sums (&taps)[kTaps]) { taps[0] = x[0]; }
  static HWY_INLINE void join(const Sums (&values)[kTaps], const Range& range, std::int8_t* to) {
    constexpr hn::Rebind<std::int8_t, Tag> bytes;
    hn::StoreU(hn::DemoteTo(bytes, range.clamp(values[0])), bytes, to);
  }
};

#endif

/// Elements of X or W in a vector.
constexpr std::size_t kWidth = kLanes * Dot::kTaps;

/// The place of lane `lane` of vector `part` of Dot::split: 128 bits at a time are taken apart.
constexpr std::size_t split_place(std::size_t part, std::size_t lane) {
  constexpr std::size_t kBlockLanes = std::min<std::size_t>(kLanes, 4);
  return lane / kBlockLanes * kBlockLanes * Dot::kTaps + part * kBlockLanes + lane % kBlockLanes;
}

HWY_INLINE void copy_input(const std::int8_t* from, std::size_t count, std::int32_t offset, Dot::X* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = Dot::input(from[i], offset);
}

/// The same for a few inputs, whose number is known: an instruction or two.
template <std::size_t kCount>
HWY_INLINE void copy_inputs(const std::int8_t* from, std::int32_t offset, Dot::X* to) {
#if HWY_TARGET == HWY_AVX3_DL
  constexpr hn::CappedTag<std::uint8_t, kCount> tag;
  for (std::size_t i = 0; i < kCount; i += hn::Lanes(tag)) {
    const auto codes = hn::LoadU(tag, reinterpret_cast<const std::uint8_t*>(from + i));
    hn::StoreU(hn::Xor(codes, hn::Set(tag, 0x80)), tag, to + i);
  }
  static_cast<void>(offset);
#else
  copy_input(from, kCount, offset, to);
#endif
}

/// kTaps neighbouring inputs in every lane.
HWY_INLINE Sums broadcast_taps(const Dot::X* x) {
  std::int32_t taps;
  std::memcpy(&taps, x, sizeof taps);
  return hn::Set(kTag, taps);
}

HWY_INLINE Sums load_weights(const Dot::W* w) { return hn::Load(kTag, reinterpret_cast<const std::int32_t*>(w)); }

/// The first `count` values of a vector to memory.
template <class Tag, class Vector>
HWY_INLINE void store_part(Tag tag, Vector vector, std::size_t count, hn::TFromD<Tag>* to) {
  using T = hn::TFromD<Tag>;
  if (count >= hn::Lanes(tag)) {
    hn::StoreU(vector, tag, to);
    return;
  }
  alignas(HWY_ALIGNMENT) T all[HWY_LANES(T)];
  hn::Store(vector, tag, all);
  const T* from = all;
  // Copies of a constant size: one instruction each.
  const auto copy = [&]<std::size_t kCount>(std::integral_constant<std::size_t, kCount>) {
    if ((count & kCount) == 0) return;
    std::memcpy(to, from, kCount * sizeof(T));
    to += kCount;
    from += kCount;
  };
  copy(std::integral_constant<std::size_t, 8>());
  copy(std::integral_constant<std::size_t, 4>());
  copy(std::integral_constant<std::size_t, 2>());
  copy(std::integral_constant<std::size_t, 1>());
}

// ---- requantization

/// x * multiplier / 2^31, rounded half up: micro::doubling_high_mul for a positive multiplier.
HWY_INLINE Sums doubling_high_mul(Sums x, Sums multiplier) {
#if HWY_TARGET == HWY_SCALAR
  return hn::Set(kTag, micro::doubling_high_mul(hn::GetLane(x), hn::GetLane(multiplier)));
#else
  constexpr hn::Repartition<std::int64_t, Tag> wide;
  const auto nudge = hn::Set(wide, std::int64_t{1} << 30);
  const auto odd_of = [](Sums v) HWY_ATTR {
    constexpr hn::Repartition<std::uint64_t, Tag> unsigned_wide;
    return hn::BitCast(kTag, hn::ShiftRight<32>(hn::BitCast(unsigned_wide, v)));
  };
  const auto even = hn::Add(hn::MulEven(x, multiplier), nudge);
  const auto odd = hn::Add(hn::MulEven(odd_of(x), odd_of(multiplier)), nudge);
  // Bits 31 to 62 of each product, brought to the half in which they belong.
  return hn::OddEven(hn::BitCast(kTag, hn::Add(odd, odd)),
                     hn::BitCast(kTag, hn::ShiftRight<31>(hn::BitCast(hn::Repartition<std::uint64_t, Tag>(), even))));
#endif
}

/// x / 2^exponent, rounded half away from zero: micro::divide_by_power_of_two.
HWY_INLINE Sums divide_by_power_of_two(Sums x, Sums exponent) {
  const Sums one = hn::Set(kTag, 1);
  const Sums mask = hn::Sub(hn::Shl(one, exponent), one);
  const Sums threshold = hn::Sub(hn::ShiftRight<1>(mask), hn::ShiftRight<31>(x));
  return hn::Sub(hn::Shr(x, exponent), hn::VecFromMask(kTag, hn::Gt(hn::And(x, mask), threshold)));
}

/// micro::Multiplier of each lane.
struct Multipliers {
  Sums value;
  Sums left;
  Sums right;

  // Written out: a constructor of the compiler's own would not be of the instruction set, which NEON does not allow.
  HWY_INLINE Multipliers() {}
  HWY_INLINE Multipliers(Sums multiplier, Sums left_shift, Sums right_shift)
      : value(multiplier), left(left_shift), right(right_shift) {}
};

/// micro::multiply for sums of 32 bits.
HWY_INLINE Sums multiply(Sums x, const Multipliers& m) {
  return divide_by_power_of_two(doubling_high_mul(hn::Shl(x, m.left), m.value), m.right);
}

HWY_INLINE Multipliers same_for_all(micro::Multiplier m) {
  return {hn::Set(kTag, m.value), hn::Set(kTag, std::max(m.shift, 0)), hn::Set(kTag, std::max(-m.shift, 0))};
}

/// micro::Requantize of a vector of channels, but for the range. Two ways to the same values: the shorter one needs
/// room above the sums.
class Finish {
 public:
  HWY_INLINE Finish() {}
  HWY_INLINE Finish(const Multipliers& m, std::int32_t zero_point, bool has_room)
      : m_(m), zero_point_(hn::Set(kTag, zero_point)), has_room_(has_room) {
    const Sums half = hn::ShiftRight<1>(hn::Shl(hn::Set(kTag, 1), m.right));
    half_and_zero_ = hn::Add(half, hn::Shl(zero_point_, m.right));
  }

  /// Whether the short way gives the values of all |sum| <= largest.
  static bool has_room(micro::Multiplier m, std::int64_t largest, std::int32_t zero_point) {
    constexpr std::int64_t kRoom = std::int64_t{1} << 29;
    constexpr int kMostShift = 29;
    return m.shift < 0 && -m.shift <= kMostShift && largest <= kRoom &&
           std::abs(std::int64_t{zero_point}) << -m.shift <= kRoom;
  }

  HWY_INLINE Sums operator()(Sums sums) const {
    if (!has_room_) return hn::Add(multiply(sums, m_), zero_point_);
    const Sums scaled = doubling_high_mul(sums, m_.value);
    // Half away from zero: to negative values one less than half of the divisor is added.
    return hn::Shr(hn::Add(hn::Add(scaled, hn::ShiftRight<31>(scaled)), half_and_zero_), m_.right);
  }

 private:
  Multipliers m_;
  Sums zero_point_;
  Sums half_and_zero_;  // what is added before the shift
  bool has_room_;
};

/// micro::Requantize with its multipliers laid out for vectors of channels, and what the channels' sums start with.
class ChannelTable {
 public:
  using Finish = HWY_NAMESPACE::Finish;

  /// `entries`: a multiple of kLanes. Those that no channel is set for give zeros.
  ChannelTable(std::size_t entries, const micro::Requantize& finish)
      : entries_(entries), finish_(finish), table_(hwy::AllocateAligned<std::int32_t>(4 * entries)) {
    std::fill_n(table_.get(), 4 * entries, 0);
    finish_.multipliers = nullptr;
  }

  /// A channel by the sum of its weights, the sum of their magnitudes and its bias.
  void set(std::size_t entry, micro::Multiplier multiplier, std::int32_t offset, std::int32_t weights,
           std::int64_t magnitude, std::int32_t bias) {
    table_[entry] = multiplier.value;
    table_[entries_ + entry] = std::max(multiplier.shift, 0);
    table_[2 * entries_ + entry] = std::max(-multiplier.shift, 0);
    table_[3 * entries_ + entry] =
        static_cast<std::int32_t>(Dot::start(static_cast<std::uint32_t>(bias), offset, weights));
    constexpr int kLargestInput = 255;  // code + offset
    has_room_ = has_room_ && Finish::has_room(multiplier, magnitude * kLargestInput + std::abs(std::int64_t{bias}),
                                              finish_.output_zero_point);
  }

  HWY_INLINE Sums start(std::size_t entry) const { return load(3 * entries_ + entry); }
  HWY_INLINE Finish finish(std::size_t entry) const {
    return Finish({load(entry), load(entries_ + entry), load(2 * entries_ + entry)}, finish_.output_zero_point,
                  has_room_);
  }
  HWY_INLINE Range range() const { return Range(finish_.low, finish_.high); }

 private:
  std::size_t entries_;
  micro::Requantize finish_;
  Aligned<std::int32_t> table_;
  bool has_room_ = true;

  HWY_INLINE Sums load(std::size_t at) const { return hn::Load(kTag, table_.get() + at); }
};

/// The multiplier of a channel.
inline micro::Multiplier multiplier_of(const micro::Requantize& finish, std::size_t channel) {
  return finish.multipliers[finish.per_channel ? channel : 0];
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#endif
