#include "train/kernels/simd.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/kernels/simd.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
#include "train/kernels/activation-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

/// Call whole(i) for each full vector of [0, count) and tail(i, n) for the rest.
template <class Whole, class Tail>
HWY_INLINE void for_each_vector(std::int64_t count, const Whole& whole, const Tail& tail) {
  const std::int64_t step = lanes();
  std::int64_t i = 0;
  for (; i + step <= count; i += step) whole(i);
  if (i < count) tail(i, static_cast<std::size_t>(count - i));
}

template <class F>
HWY_INLINE void map(const float* x, float* out, std::int64_t count, const F& f) {
  for_each_vector(
      count, [&](std::int64_t i) HWY_ATTR { hn::StoreU(f(hn::LoadU(kTag, x + i)), kTag, out + i); },
      [&](std::int64_t i, std::size_t n) HWY_ATTR { store_part(f(load_part(x + i, n)), out + i, n); });
}

template <class F>
HWY_INLINE void map_rows(Operand a, Operand b, float* out, std::int64_t rows, std::int64_t inner, const F& f) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* x = a.data + r * a.row_stride;
    const float* y = b.data + r * b.row_stride;
    float* to = out + r * inner;
    if (a.scalar) {
      const auto value = hn::Set(kTag, *x);
      map(y, to, inner, [&](Vector v) HWY_ATTR { return f(value, v); });
    } else if (b.scalar) {
      const auto value = hn::Set(kTag, *y);
      map(x, to, inner, [&](Vector v) HWY_ATTR { return f(v, value); });
    } else {
      for_each_vector(
          inner,
          [&](std::int64_t i) HWY_ATTR { hn::StoreU(f(hn::LoadU(kTag, x + i), hn::LoadU(kTag, y + i)), kTag, to + i); },
          [&](std::int64_t i, std::size_t n)
              HWY_ATTR { store_part(f(load_part(x + i, n), load_part(y + i, n)), to + i, n); });
    }
  }
}

void binary(Binary op, Operand a, Operand b, float* out, std::int64_t rows, std::int64_t inner) {
  const auto one = hn::Set(kTag, 1.0F);
  const auto run = [&](const auto& f) HWY_ATTR { map_rows(a, b, out, rows, inner, f); };
  switch (op) {
    case Binary::add: return run([](Vector x, Vector y) HWY_ATTR { return hn::Add(x, y); });
    case Binary::sub: return run([](Vector x, Vector y) HWY_ATTR { return hn::Sub(x, y); });
    case Binary::mul: return run([](Vector x, Vector y) HWY_ATTR { return hn::Mul(x, y); });
    case Binary::div: return run([](Vector x, Vector y) HWY_ATTR { return hn::Div(x, y); });
    case Binary::maximum: return run([](Vector x, Vector y) HWY_ATTR { return hn::Max(x, y); });
    case Binary::minimum: return run([](Vector x, Vector y) HWY_ATTR { return hn::Min(x, y); });
    case Binary::greater:
      return run([=](Vector x, Vector y) HWY_ATTR { return hn::IfThenElseZero(hn::Gt(x, y), one); });
    case Binary::equal: return run([=](Vector x, Vector y) HWY_ATTR { return hn::IfThenElseZero(hn::Eq(x, y), one); });
  }
}

void unary(Unary op, const float* x, float* out, std::int64_t count) {
  const auto one = hn::Set(kTag, 1.0F);
  const auto run = [&](const auto& f) HWY_ATTR { map(x, out, count, f); };
  switch (op) {
    case Unary::relu: return run([](Vector v) HWY_ATTR { return relu(v); });
    case Unary::relu6: return run([](Vector v) HWY_ATTR { return relu6(v); });
    case Unary::sigmoid: return run([](Vector v) HWY_ATTR { return sigmoid(v); });
    case Unary::tanh: return run([](Vector v) HWY_ATTR { return hn::Tanh(kTag, v); });
    case Unary::exp: return run([](Vector v) HWY_ATTR { return hn::Exp(kTag, v); });
    case Unary::log: return run([](Vector v) HWY_ATTR { return hn::Log(kTag, v); });
    case Unary::sqrt: return run([](Vector v) HWY_ATTR { return hn::Sqrt(v); });
    case Unary::rsqrt: return run([=](Vector v) HWY_ATTR { return hn::Div(one, hn::Sqrt(v)); });
    case Unary::square: return run([](Vector v) HWY_ATTR { return hn::Mul(v, v); });
    case Unary::neg: return run([](Vector v) HWY_ATTR { return hn::Neg(v); });
    case Unary::abs: return run([](Vector v) HWY_ATTR { return hn::Abs(v); });
  }
}

void clip(const float* x, float* out, std::int64_t count, float low, float high) {
  const auto lower = hn::Set(kTag, low);
  const auto upper = hn::Set(kTag, high);
  map(x, out, count, [=](Vector v) HWY_ATTR { return hn::Min(hn::Max(v, lower), upper); });
}

void leaky_relu(const float* x, float* out, std::int64_t count, float alpha) {
  const auto slope = hn::Set(kTag, alpha);
  const auto zero = hn::Zero(kTag);
  map(x, out, count, [=](Vector v) HWY_ATTR { return hn::IfThenElse(hn::Gt(v, zero), v, hn::Mul(v, slope)); });
}

float sum(const float* x, std::int64_t count) {
  auto total = hn::Zero(kTag);
  for_each_vector(
      count, [&](std::int64_t i) HWY_ATTR { total = hn::Add(total, hn::LoadU(kTag, x + i)); },
      [&](std::int64_t i, std::size_t n) HWY_ATTR { total = hn::Add(total, load_part(x + i, n)); });
  return hn::GetLane(hn::SumOfLanes(kTag, total));
}

float max(const float* x, std::int64_t count) {
  auto most = hn::Set(kTag, x[0]);
  for_each_vector(
      count, [&](std::int64_t i) HWY_ATTR { most = hn::Max(most, hn::LoadU(kTag, x + i)); },
      [&](std::int64_t i, std::size_t n)
          HWY_ATTR { most = hn::Max(most, hn::IfThenElse(hn::FirstN(kTag, n), load_part(x + i, n), most)); });
  return hn::GetLane(hn::MaxOfLanes(kTag, most));
}

float exp_sum(const float* x, float shift, float* out, std::int64_t count) {
  const auto offset = hn::Set(kTag, shift);
  map(x, out, count, [=](Vector v) HWY_ATTR { return hn::Exp(kTag, hn::Sub(v, offset)); });
  return sum(out, count);
}

void accumulate(const float* x, float* accumulator, std::int64_t count) {
  map_rows({accumulator, 0, false}, {x, 0, false}, accumulator, 1, count,
           [](Vector a, Vector b) HWY_ATTR { return hn::Add(a, b); });
}

void multiply_accumulate(const float* x, const float* y, float* accumulator, std::int64_t count) {
  for_each_vector(
      count,
      [&](std::int64_t i) HWY_ATTR {
        hn::StoreU(hn::MulAdd(hn::LoadU(kTag, x + i), hn::LoadU(kTag, y + i), hn::LoadU(kTag, accumulator + i)), kTag,
                   accumulator + i);
      },
      [&](std::int64_t i, std::size_t n) HWY_ATTR {
        store_part(hn::MulAdd(load_part(x + i, n), load_part(y + i, n), load_part(accumulator + i, n)), accumulator + i,
                   n);
      });
}

void scale(float* out, std::int64_t count, float factor) {
  const auto by = hn::Set(kTag, factor);
  map(out, out, count, [=](Vector v) HWY_ATTR { return hn::Mul(v, by); });
}

void transpose(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_stride, float* to,
               std::int64_t to_stride) {
  const hn::RebindToSigned<Tag> integers;
  const auto steps = hn::Mul(hn::Iota(integers, 0), hn::Set(integers, static_cast<std::int32_t>(from_stride)));
  std::int64_t r = 0;
  for (; r + lanes() <= rows; r += lanes()) {
    const float* block = from + r * from_stride;
    for (std::int64_t c = 0; c < columns; ++c) {
      hn::StoreU(hn::GatherIndex(kTag, block + c, steps), kTag, to + c * to_stride + r);
    }
  }
  for (; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) to[c * to_stride + r] = from[r * from_stride + c];
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace mltk::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mltk::simd {

HWY_EXPORT(binary);
HWY_EXPORT(unary);
HWY_EXPORT(clip);
HWY_EXPORT(leaky_relu);
HWY_EXPORT(sum);
HWY_EXPORT(max);
HWY_EXPORT(exp_sum);
HWY_EXPORT(accumulate);
HWY_EXPORT(multiply_accumulate);
HWY_EXPORT(scale);
HWY_EXPORT(transpose);

void binary(Binary op, Operand a, Operand b, float* out, std::int64_t rows, std::int64_t inner) {
  HWY_DYNAMIC_DISPATCH(binary)(op, a, b, out, rows, inner);
}
void unary(Unary op, const float* x, float* out, std::int64_t count) { HWY_DYNAMIC_DISPATCH(unary)(op, x, out, count); }
void clip(const float* x, float* out, std::int64_t count, float low, float high) {
  HWY_DYNAMIC_DISPATCH(clip)(x, out, count, low, high);
}
void leaky_relu(const float* x, float* out, std::int64_t count, float alpha) {
  HWY_DYNAMIC_DISPATCH(leaky_relu)(x, out, count, alpha);
}
float sum(const float* x, std::int64_t count) { return HWY_DYNAMIC_DISPATCH(sum)(x, count); }
float max(const float* x, std::int64_t count) { return HWY_DYNAMIC_DISPATCH(max)(x, count); }
float exp_sum(const float* x, float shift, float* out, std::int64_t count) {
  return HWY_DYNAMIC_DISPATCH(exp_sum)(x, shift, out, count);
}
void accumulate(const float* x, float* accumulator, std::int64_t count) {
  HWY_DYNAMIC_DISPATCH(accumulate)(x, accumulator, count);
}
void multiply_accumulate(const float* x, const float* y, float* accumulator, std::int64_t count) {
  HWY_DYNAMIC_DISPATCH(multiply_accumulate)(x, y, accumulator, count);
}
void scale(float* out, std::int64_t count, float factor) { HWY_DYNAMIC_DISPATCH(scale)(out, count, factor); }
void transpose(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_stride, float* to,
               std::int64_t to_stride) {
  HWY_DYNAMIC_DISPATCH(transpose)(from, rows, columns, from_stride, to, to_stride);
}

}  // namespace mltk::simd
#endif
