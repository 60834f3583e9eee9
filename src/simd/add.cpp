#include "simd/add.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/add.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include "simd/int8-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

/// One operand of an addition, brought to the common scale: micro::multiply of codes that are shifted left by 20.
///
/// With v a code without its zero point (9 bits) and m = high * 2^16 + low, the product (v * 2^20 * m) / 2^31 rounded
/// half up is v * high * 2^5 + (v * low + 2^10) / 2^11 rounded down: 32 bits hold every step.
class Scaled {
 public:
  Scaled(std::int32_t offset, micro::Multiplier m)
      : offset_(hn::Set(kTag, offset)),
        high_(hn::Set(kTag, (m.value >> 16) << 5)),
        low_(hn::Set(kTag, m.value & 0xFFFF)),
        half_(hn::Set(kTag, 1 << 10)),
        right_(hn::Set(kTag, -m.shift)),
        shifts_(m.shift != 0) {}

  HWY_INLINE Sums operator()(const std::int8_t* codes) const {
    constexpr hn::Rebind<std::int8_t, Tag> bytes;
    const Sums v = hn::Add(hn::PromoteTo(kTag, hn::LoadU(bytes, codes)), offset_);
    const Sums product = hn::Add(hn::Mul(v, high_), hn::ShiftRight<11>(hn::Add(hn::Mul(v, low_), half_)));
    return shifts_ ? divide_by_power_of_two(product, right_) : product;
  }

 private:
  Sums offset_;
  Sums high_;
  Sums low_;
  Sums half_;
  Sums right_;
  bool shifts_;
};

void add_vectors(const micro::AddParams& params, const std::int8_t* a, const std::int8_t* b, std::int8_t* output,
                 std::size_t count) {
  constexpr hn::Rebind<std::int8_t, Tag> bytes;
  const Scaled scaled_a(params.offset_a, params.multiplier_a);
  const Scaled scaled_b(params.offset_b, params.multiplier_b);
  const Multipliers multipliers = same_for_all(params.multiplier_out);
  const Codes codes(params.output_zero_point, params.low, params.high);
  const auto sum = [&](const std::int8_t* x, const std::int8_t* y) HWY_ATTR {
    const Sums both = params.subtract ? hn::Sub(scaled_a(x), scaled_b(y)) : hn::Add(scaled_a(x), scaled_b(y));
    return hn::DemoteTo(bytes, codes(multiply(both, multipliers)));
  };
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) hn::StoreU(sum(a + i, b + i), bytes, output + i);
  if (i < count) {
    std::int8_t x[kLanes] = {};
    std::int8_t y[kLanes] = {};
    std::memcpy(x, a + i, count - i);
    std::memcpy(y, b + i, count - i);
    hn::StoreU(sum(x, y), bytes, x);
    std::memcpy(output + i, x, count - i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::simd {

HWY_EXPORT(add_vectors);

void add(const micro::AddParams& params, const std::int8_t* a, const std::int8_t* b, std::int8_t* output,
         std::size_t count) {
  HWY_DYNAMIC_DISPATCH(add_vectors)(params, a, b, output, count);
}

}  // namespace mltk::simd
#endif
