// Included once for each instruction set (hwy/foreach_target.h).
#if defined(MLTK_TRAIN_ACTIVATION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MLTK_TRAIN_ACTIVATION_INL_H_
#undef MLTK_TRAIN_ACTIVATION_INL_H_
#else
#define MLTK_TRAIN_ACTIVATION_INL_H_
#endif

#include <hwy/contrib/math/math-inl.h>

#include "train/kernels/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

// Comparisons instead of Max and Min: a NaN must reach the loss, where it is seen.
HWY_INLINE Vector relu(Vector x) { return hn::IfThenZeroElse(hn::Lt(x, hn::Zero(kTag)), x); }

HWY_INLINE Vector relu6(Vector x) {
  const auto six = hn::Set(kTag, 6.0F);
  return hn::IfThenElse(hn::Gt(x, six), six, relu(x));
}

HWY_INLINE Vector sigmoid(Vector x) {
  // exp of a non-positive number cannot overflow: 1 / (1 + e) or e / (1 + e).
  const auto one = hn::Set(kTag, 1.0F);
  const auto e = hn::Exp(kTag, hn::Neg(hn::Abs(x)));
  const auto positive = hn::Div(one, hn::Add(one, e));
  return hn::IfThenElse(hn::Lt(x, hn::Zero(kTag)), hn::Sub(one, positive), positive);
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#endif  // MLTK_TRAIN_ACTIVATION_INL_H_
