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
constexpr Tag kTag;

/// Whether there are 32 vector registers; else there are 16.
constexpr bool kManyRegisters = HWY_MAX_BYTES == 64 || HWY_ARCH_ARM_A64;

HWY_INLINE std::int64_t lanes() { return static_cast<std::int64_t>(hn::Lanes(kTag)); }

/// The first elements of a vector: nothing behind them is read or written.
class Part {
 public:
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
  HWY_INLINE explicit Part(std::size_t count) : mask_(hn::FirstN(kTag, count)) {}
  HWY_INLINE Vector load(const float* from) const { return hn::MaskedLoad(mask_, kTag, from); }
  HWY_INLINE void store(Vector value, float* to) const { hn::BlendedStore(value, mask_, kTag, to); }

 private:
  hn::Mask<Tag> mask_;
#else
  // Without loads and stores that leave elements out.
  HWY_INLINE explicit Part(std::size_t count) : count_(count) {}
  HWY_INLINE Vector load(const float* from) const {
    if (count_ >= hn::Lanes(kTag)) return hn::LoadU(kTag, from);
    HWY_ALIGN float buffer[hn::MaxLanes(kTag)] = {};
    for (std::size_t i = 0; i < count_; ++i) buffer[i] = from[i];
    return hn::Load(kTag, buffer);
  }
  HWY_INLINE void store(Vector value, float* to) const {
    if (count_ >= hn::Lanes(kTag)) return hn::StoreU(value, kTag, to);
    HWY_ALIGN float buffer[hn::MaxLanes(kTag)];
    hn::Store(value, kTag, buffer);
    for (std::size_t i = 0; i < count_; ++i) to[i] = buffer[i];
  }

 private:
  std::size_t count_;
#endif
};

HWY_INLINE Vector load_part(const float* from, std::size_t count) { return Part(count).load(from); }
HWY_INLINE void store_part(Vector value, float* to, std::size_t count) { Part(count).store(value, to); }

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#endif  // MLTK_TRAIN_VECTOR_INL_H_
