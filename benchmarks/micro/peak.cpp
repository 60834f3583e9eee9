#include "micro/peak.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "micro/peak.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::benchmarks {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;

double multiply_add(std::int64_t times) {
  constexpr Tag kTag;
  constexpr int kSums = 12;
  hn::Vec<Tag> sums[kSums];
  for (auto& sum : sums) sum = hn::Zero(kTag);
  const auto x = hn::Set(kTag, 0.999F);
  const auto y = hn::Set(kTag, 1e-3F);
  for (std::int64_t i = 0; i < times; ++i) {
#pragma GCC unroll 12
    for (int k = 0; k < kSums; ++k) sums[k] = hn::MulAdd(sums[k], x, y);
  }
  auto total = hn::Zero(kTag);
  for (const auto& sum : sums) total = hn::Add(total, sum);
  volatile float sink = hn::GetLane(hn::SumOfLanes(kTag, total));
  static_cast<void>(sink);
  return 2.0 * kSums * static_cast<double>(times) * static_cast<double>(hn::Lanes(kTag));
}

void add(const float* x, const float* y, float* out, std::int64_t count) {
  constexpr Tag kTag;
  const auto step = static_cast<std::int64_t>(hn::Lanes(kTag));
  for (std::int64_t i = 0; i + step <= count; i += step) {
    hn::StoreU(hn::Add(hn::LoadU(kTag, x + i), hn::LoadU(kTag, y + i)), kTag, out + i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::benchmarks
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::benchmarks {

HWY_EXPORT(multiply_add);
HWY_EXPORT(add);

double multiply_add(std::int64_t times) { return HWY_DYNAMIC_DISPATCH(multiply_add)(times); }
void add(const float* x, const float* y, float* out, std::int64_t count) {
  HWY_DYNAMIC_DISPATCH(add)(x, y, out, count);
}

}  // namespace mltk::benchmarks
#endif
