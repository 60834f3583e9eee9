#include "train/kernels/statistics.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/kernels/statistics.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "train/kernels/vector-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

constexpr int kSums = 8;

template <bool kCenter, bool kPart>
void columns_of_vector(const float* x, std::int64_t rows, std::int64_t columns, const float* center, float* result,
                       std::size_t count) {
  const Part part(count);
  const auto load = [&](const float* from) HWY_ATTR { return kPart ? part.load(from) : hn::LoadU(kTag, from); };
  const Vector middle = kCenter ? load(center) : hn::Zero(kTag);
  const auto add = [&](Vector sum, const float* from) HWY_ATTR {
    if constexpr (!kCenter) return hn::Add(sum, load(from));
    const Vector difference = hn::Sub(load(from), middle);
    return hn::MulAdd(difference, difference, sum);
  };
  Vector sums[kSums];
  for (Vector& sum : sums) sum = hn::Zero(kTag);
  std::int64_t r = 0;
  for (; r + kSums <= rows; r += kSums) {
#pragma GCC unroll 8
    for (int k = 0; k < kSums; ++k) sums[k] = add(sums[k], x + (r + k) * columns);
  }
  for (int k = 0; r < rows; ++r, ++k) sums[k] = add(sums[k], x + r * columns);
  for (int width = kSums / 2; width > 0; width /= 2) {
    for (int k = 0; k < width; ++k) sums[k] = hn::Add(sums[k], sums[k + width]);
  }
  store_part(sums[0], result, count);
}

void column_sums(const float* x, std::int64_t rows, std::int64_t columns, const float* center, float* sums) {
  for (std::int64_t c = 0; c < columns; c += lanes()) {
    const std::int64_t count = std::min(lanes(), columns - c);
    const bool part = count < lanes();
    const auto run = center == nullptr ? (part ? columns_of_vector<false, true> : columns_of_vector<false, false>)
                                       : (part ? columns_of_vector<true, true> : columns_of_vector<true, false>);
    run(x + c, rows, columns, center == nullptr ? nullptr : center + c, sums + c, static_cast<std::size_t>(count));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::simd {

HWY_EXPORT(column_sums);

void column_sums(const float* x, std::int64_t rows, std::int64_t columns, const float* center, float* sums) {
  HWY_DYNAMIC_DISPATCH(column_sums)(x, rows, columns, center, sums);
}

}  // namespace mltk::simd
#endif
