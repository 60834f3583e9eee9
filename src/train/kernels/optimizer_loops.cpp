#include "train/kernels/optimizer_loops.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/kernels/optimizer_loops.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "train/kernels/vector-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

void adam(const AdamRates& rates, const float* gradient, std::int64_t count, float* m, float* v, float* largest,
          float* weight) {
  const Vector new_gradient = hn::Set(kTag, rates.new_gradient);
  const Vector new_square = hn::Set(kTag, rates.new_square);
  const Vector alpha = hn::Set(kTag, rates.alpha);
  const Vector epsilon = hn::Set(kTag, rates.epsilon);
  for (std::int64_t i = 0; i < count; i += lanes()) {
    const Part part(static_cast<std::size_t>(count - i));
    const auto load = [&](const float* from) HWY_ATTR { return part.load(from + i); };
    const auto store = [&](Vector value, float* to) HWY_ATTR { part.store(value, to + i); };
    const Vector g = load(gradient);
    const Vector old_mean = load(m);
    const Vector mean = hn::Add(old_mean, hn::Mul(hn::Sub(g, old_mean), new_gradient));
    store(mean, m);
    const Vector old_square = load(v);
    Vector square = hn::Add(old_square, hn::Mul(hn::Sub(hn::Mul(g, g), old_square), new_square));
    store(square, v);
    if (largest != nullptr) {
      square = hn::Max(load(largest), square);
      store(square, largest);
    }
    const Vector step = hn::Div(hn::Mul(mean, alpha), hn::Add(hn::Sqrt(square), epsilon));
    store(hn::Sub(load(weight), step), weight);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::simd {

HWY_EXPORT(adam);

void adam(const AdamRates& rates, const float* gradient, std::int64_t count, float* m, float* v, float* largest,
          float* weight) {
  HWY_DYNAMIC_DISPATCH(adam)(rates, gradient, count, m, v, largest, weight);
}

}  // namespace mltk::simd
#endif
