#include "simd/quantize.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/quantize.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include "simd/int8-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

void quantize_vectors(const float* x, float scale, std::int32_t zero_point, std::int8_t* output, std::size_t count) {
  constexpr hn::ScalableTag<float> reals;
  constexpr hn::Rebind<std::int8_t, Tag> bytes;
  const auto divisor = hn::Set(reals, scale);
  const auto half = hn::Set(reals, 0.5F);
  const auto one = hn::Set(reals, 1.0F);
  const auto zero = hn::Set(reals, static_cast<float>(zero_point));
  const auto low = hn::Set(reals, -128.0F);
  const auto high = hn::Set(reals, 127.0F);
  const auto codes_of = [&](const float* from) HWY_ATTR {
    const auto value = hn::Div(hn::LoadU(reals, from), divisor);
    const auto whole = hn::Trunc(value);
    // Half away from zero; the fraction is exact.
    const auto away = hn::IfThenElseZero(hn::Ge(hn::Abs(hn::Sub(value, whole)), half), hn::CopySign(one, value));
    const auto code = hn::Add(hn::Add(whole, away), zero);
    // NaN is above nothing: the lowest code.
    const auto inside = hn::Min(hn::IfThenElse(hn::Gt(code, low), code, low), high);
    return hn::DemoteTo(bytes, hn::ConvertTo(kTag, inside));
  };
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) hn::StoreU(codes_of(x + i), bytes, output + i);
  if (i < count) {
    float rest[kLanes] = {};
    std::int8_t codes[kLanes];
    std::memcpy(rest, x + i, (count - i) * sizeof(float));
    hn::StoreU(codes_of(rest), bytes, codes);
    std::memcpy(output + i, codes, count - i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::simd {

HWY_EXPORT(quantize_vectors);

void quantize(const float* x, float scale, std::int32_t zero_point, std::int8_t* output, std::size_t count) {
  HWY_DYNAMIC_DISPATCH(quantize_vectors)(x, scale, zero_point, output, count);
}

}  // namespace mltk::simd
#endif
