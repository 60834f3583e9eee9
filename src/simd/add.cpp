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
        half_of_divisor_(hn::ShiftRight<1>(hn::Shl(hn::Set(kTag, 1), right_))),
        is_half_(m.value == 1 << 30),
        is_shifted_(m.shift != 0) {}

  HWY_INLINE Sums operator()(const std::int8_t* codes) const {
    constexpr hn::Rebind<std::int8_t, Tag> bytes;
    const Sums v = hn::Add(hn::PromoteTo(kTag, hn::LoadU(bytes, codes)), offset_);
    const Sums product = is_half_ ? hn::ShiftLeft<19>(v)  // the operand of the larger scale
                                  : hn::Add(hn::Mul(v, high_), hn::ShiftRight<11>(hn::Add(hn::Mul(v, low_), half_)));
    if (!is_shifted_) return product;
    // Half away from zero, as in Finish.
    return hn::Shr(hn::Add(hn::Add(product, hn::ShiftRight<31>(product)), half_of_divisor_), right_);
  }

 private:
  Sums offset_;
  Sums high_;
  Sums low_;
  Sums half_;
  Sums right_;
  Sums half_of_divisor_;
  bool is_half_;
  bool is_shifted_;
};

void add_vectors(const micro::AddParams& params, const std::int8_t* a, const std::int8_t* b, std::int8_t* output,
                 std::size_t count) {
  const Scaled scaled_a(params.offset_a, params.multiplier_a);
  const Scaled scaled_b(params.offset_b, params.multiplier_b);
  // Of two numbers of 9 bits, shifted left by 20 and halved.
  constexpr std::int64_t kLargestSum = std::int64_t{1} << 29;
  const Finish finish(same_for_all(params.multiplier_out), params.output_zero_point,
                      Finish::has_room(params.multiplier_out, kLargestSum, params.output_zero_point));
  const Range range(params.low, params.high);
  const auto sum = [&](const std::int8_t* x, const std::int8_t* y) MLTK_SIMD_INLINE {
    return finish(params.subtract ? hn::Sub(scaled_a(x), scaled_b(y)) : hn::Add(scaled_a(x), scaled_b(y)));
  };
  const auto add_four = [&](const std::int8_t* x, const std::int8_t* y, std::int8_t* to) MLTK_SIMD_INLINE {
    const Sums values[4] = {sum(x, y), sum(x + kLanes, y + kLanes), sum(x + 2 * kLanes, y + 2 * kLanes),
                            sum(x + 3 * kLanes, y + 3 * kLanes)};
    store_four(values, range, to);
  };
  constexpr std::size_t kStep = 4 * kLanes;
  std::size_t i = 0;
  for (; i + kStep <= count; i += kStep) add_four(a + i, b + i, output + i);
  if (i < count) {
    std::int8_t x[kStep] = {};
    std::int8_t y[kStep] = {};
    std::memcpy(x, a + i, count - i);
    std::memcpy(y, b + i, count - i);
    add_four(x, y, x);
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
