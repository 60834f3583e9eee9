#pragma once

#include <cstddef>
#include <cstdint>

#include "train/kernels/product.h"

/// The vectorized loops that kernels are made of, compiled for each instruction set; the best one is chosen at run
/// time. Results depend on the instruction set in the last bit (order of sums, fused multiply-add), never on threads.
namespace mltk::simd {

enum class Binary : std::uint8_t { add, sub, mul, div, maximum, minimum, greater, equal };
enum class Unary : std::uint8_t { relu, relu6, sigmoid, tanh, exp, log, sqrt, rsqrt, square, neg, abs };

/// An operand of `binary`: row r starts at data + r * row_stride; `scalar`: one element serves the whole row.
struct Operand {
  const float* data;
  std::int64_t row_stride;
  bool scalar;
};

/// out[r][i] = a[r][i] op b[r][i] for `rows` rows of `inner` elements; out is dense.
void binary(Binary op, Operand a, Operand b, float* out, std::int64_t rows, std::int64_t inner);
void unary(Unary op, const float* x, float* out, std::int64_t count);
/// out = min(max(x, low), high)
void clip(const float* x, float* out, std::int64_t count, float low, float high);
/// out = x > 0 ? x : alpha * x
void leaky_relu(const float* x, float* out, std::int64_t count, float alpha);

/// Sum of elements.
float sum(const float* x, std::int64_t count);
/// Largest element, count > 0.
float max(const float* x, std::int64_t count);
/// out[i] = exp(x[i] - shift); returns the sum.
float exp_sum(const float* x, float shift, float* out, std::int64_t count);
/// accumulator[i] += x[i]
void accumulate(const float* x, float* accumulator, std::int64_t count);
/// accumulator[i] += x[i] * y[i]
void multiply_accumulate(const float* x, const float* y, float* accumulator, std::int64_t count);
/// out[i] *= factor
void scale(float* out, std::int64_t count, float factor);

/// to[c * to_stride + r] = from[r * from_stride + c]
void transpose(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_stride, float* to,
               std::int64_t to_stride);

/// A matrix whose element (i, k) is data[i * row_stride + k * column_stride]; rows may overlap.
struct Matrix {
  const float* data;
  std::int64_t row_stride;
  std::int64_t column_stride;
};

/// c[m, n] (+)= a[m, k] * b[k, n]; b and c are row-major with strides ldb and ldc. `add` keeps what c holds.
inline void gemm(std::int64_t m, std::int64_t n, std::int64_t k, Matrix a, const float* b, std::int64_t ldb, float* c,
                 std::int64_t ldc, bool add) {
  product({.pixels = m,
           .filters = n,
           .depth = k,
           .x = a.data,
           .x_pixel = a.row_stride,
           .x_step = a.column_stride,
           .w = b,
           .w_step = ldb,
           .out = c,
           .out_pixel = ldc,
           .add = add});
}

}  // namespace mltk::simd
