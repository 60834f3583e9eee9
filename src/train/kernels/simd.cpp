#include "train/kernels/simd.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "train/kernels/simd.cpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace mltk::simd {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vector = hn::Vec<Tag>;
constexpr Tag kTag;

std::int64_t lanes() { return static_cast<std::int64_t>(hn::Lanes(kTag)); }

/// Call whole(i) for each full vector of [0, count) and tail(i, n) for the rest.
template <class Whole, class Tail>
HWY_INLINE void for_each_vector(std::int64_t count, const Whole& whole, const Tail& tail) {
  const std::int64_t step = lanes();
  std::int64_t i = 0;
  for (; i + step <= count; i += step) whole(i);
  if (i < count) tail(i, static_cast<std::size_t>(count - i));
}

HWY_INLINE Vector load_part(const float* from, std::size_t count) {
  return hn::MaskedLoad(hn::FirstN(kTag, count), kTag, from);
}

HWY_INLINE void store_part(Vector value, float* to, std::size_t count) {
  hn::BlendedStore(value, hn::FirstN(kTag, count), kTag, to);
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

HWY_INLINE Vector sigmoid(Vector x) {
  // exp of a non-positive number cannot overflow: 1 / (1 + e) or e / (1 + e).
  const auto one = hn::Set(kTag, 1.0F);
  const auto e = hn::Exp(kTag, hn::Neg(hn::Abs(x)));
  const auto positive = hn::Div(one, hn::Add(one, e));
  return hn::IfThenElse(hn::Lt(x, hn::Zero(kTag)), hn::Sub(one, positive), positive);
}

void unary(Unary op, const float* x, float* out, std::int64_t count) {
  const auto zero = hn::Zero(kTag);
  const auto six = hn::Set(kTag, 6.0F);
  const auto one = hn::Set(kTag, 1.0F);
  const auto run = [&](const auto& f) HWY_ATTR { map(x, out, count, f); };
  switch (op) {
    // Comparisons instead of Max and Min: a NaN must reach the loss, where it is seen.
    case Unary::relu: return run([=](Vector v) HWY_ATTR { return hn::IfThenZeroElse(hn::Lt(v, zero), v); });
    case Unary::relu6:
      return run([=](Vector v)
                     HWY_ATTR { return hn::IfThenElse(hn::Gt(v, six), six, hn::IfThenZeroElse(hn::Lt(v, zero), v)); });
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

/// A block of Rows x (Vectors * lanes) of c stays in registers while k runs; the last vector has `tail` columns.
template <int Rows, int Vectors>
HWY_INLINE void gemm_block(std::int64_t k, Matrix a, const float* HWY_RESTRICT b, std::int64_t ldb,
                           float* HWY_RESTRICT c, std::int64_t ldc, std::size_t tail, bool add) {
  const std::int64_t step = lanes();
  const bool whole = tail == static_cast<std::size_t>(step);
  Vector sums[Rows][Vectors];
  for (int r = 0; r < Rows; ++r) {
    for (int v = 0; v < Vectors; ++v) {
      float* at = c + r * ldc + v * step;
      sums[r][v] = !add ? hn::Zero(kTag) : v + 1 < Vectors || whole ? hn::LoadU(kTag, at) : load_part(at, tail);
    }
  }
  const auto accumulate_row = [&](std::int64_t p, const Vector(&row)[Vectors]) HWY_ATTR {
    for (int r = 0; r < Rows; ++r) {
      const auto x = hn::Set(kTag, a.data[r * a.row_stride + p * a.column_stride]);
      for (int v = 0; v < Vectors; ++v) sums[r][v] = hn::MulAdd(x, row[v], sums[r][v]);
    }
  };
  for (std::int64_t p = 0; p < k; ++p) {
    Vector row[Vectors];
    for (int v = 0; v + 1 < Vectors; ++v) row[v] = hn::LoadU(kTag, b + p * ldb + v * step);
    const float* last = b + p * ldb + (Vectors - 1) * step;
    row[Vectors - 1] = whole ? hn::LoadU(kTag, last) : load_part(last, tail);
    accumulate_row(p, row);
  }
  for (int r = 0; r < Rows; ++r) {
    for (int v = 0; v < Vectors; ++v) {
      float* at = c + r * ldc + v * step;
      if (v + 1 < Vectors || whole) {
        hn::StoreU(sums[r][v], kTag, at);
      } else {
        store_part(sums[r][v], at, tail);
      }
    }
  }
}

template <int Vectors>
void gemm_columns(std::int64_t m, std::int64_t k, Matrix a, const float* b, std::int64_t ldb, float* c,
                  std::int64_t ldc, std::size_t tail, bool add) {
  std::int64_t i = 0;
  for (; i + 6 <= m; i += 6) {
    gemm_block<6, Vectors>(k, {a.data + i * a.row_stride, a.row_stride, a.column_stride}, b, ldb, c + i * ldc, ldc,
                           tail, add);
  }
  for (; i + 2 <= m; i += 2) {
    gemm_block<2, Vectors>(k, {a.data + i * a.row_stride, a.row_stride, a.column_stride}, b, ldb, c + i * ldc, ldc,
                           tail, add);
  }
  if (i < m) {
    gemm_block<1, Vectors>(k, {a.data + i * a.row_stride, a.row_stride, a.column_stride}, b, ldb, c + i * ldc, ldc,
                           tail, add);
  }
}

void gemm(std::int64_t m, std::int64_t n, std::int64_t k, Matrix a, const float* b, std::int64_t ldb, float* c,
          std::int64_t ldc, bool add) {
  const std::int64_t step = lanes();
  for (std::int64_t j = 0; j < n;) {
    const std::int64_t left = n - j;
    if (left > step) {
      const auto tail = static_cast<std::size_t>(std::min(left, 2 * step) - step);
      gemm_columns<2>(m, k, a, b + j, ldb, c + j, ldc, tail, add);
      j += 2 * step;
    } else {
      gemm_columns<1>(m, k, a, b + j, ldb, c + j, ldc, static_cast<std::size_t>(left), add);
      j += step;
    }
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
HWY_EXPORT(gemm);

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
void gemm(std::int64_t m, std::int64_t n, std::int64_t k, Matrix a, const float* b, std::int64_t ldb, float* c,
          std::int64_t ldc, bool add) {
  HWY_DYNAMIC_DISPATCH(gemm)(m, n, k, a, b, ldb, c, ldc, add);
}

}  // namespace mltk::simd
#endif
