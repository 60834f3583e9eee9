// Included once for each instruction set (hwy/foreach_target.h).
#if defined(MLTK_TRAIN_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MLTK_TRAIN_VECTOR_INL_H_
#undef MLTK_TRAIN_VECTOR_INL_H_
#else
#define MLTK_TRAIN_VECTOR_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vector = hn::Vec<Tag>;
using Mask = hn::Mask<Tag>;
constexpr Tag kTag;

/// Whether there are 32 vector registers; else there are 16.
constexpr bool kManyRegisters = HWY_MAX_BYTES == 64 || HWY_ARCH_ARM_A64;

HWY_INLINE std::int64_t lanes() { return static_cast<std::int64_t>(hn::Lanes(kTag)); }

HWY_INLINE Vector load_part(const float* from, std::size_t count) {
  return hn::MaskedLoad(hn::FirstN(kTag, count), kTag, from);
}

HWY_INLINE void store_part(Vector value, float* to, std::size_t count) {
  hn::BlendedStore(value, hn::FirstN(kTag, count), kTag, to);
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#endif  // MLTK_TRAIN_VECTOR_INL_H_
