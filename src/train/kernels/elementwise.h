#pragma once

#include "train/kernels/kernel.h"
#include "train/kernels/simd.h"

namespace mltk::kernels {

/// output = a op b with NumPy broadcasting.
void run_binary(const KernelContext& context, simd::Binary op);

template <simd::Binary kOp>
void run_binary(const KernelContext& context) {
  run_binary(context, kOp);
}

template <simd::Unary kOp>
void run_unary(const KernelContext& context) {
  simd::unary(kOp, context.inputs[0], context.outputs[0], context.elements(context.output_shape()));
}

/// Most axes of a tensor in a graph.
inline constexpr std::size_t kMaxRank = Shape::kMaxRank;

/// An index over some axes that keeps the offsets of up to two operands.
struct Walk {
  std::size_t rank = 0;
  std::int64_t sizes[kMaxRank] = {};
  std::int64_t strides[2][kMaxRank] = {};
  std::int64_t index[kMaxRank] = {};
  std::int64_t offsets[2] = {};

  /// Go to the next element of the first `axes` axes.
  void advance(std::size_t axes);
};

/// A walk over `shape` (its batch replaced by `batch`) with the strides of operands repeated to it.
Walk make_walk(const Shape& shape, std::int64_t batch, const Shape& a, const Shape& b);

}  // namespace mltk::kernels
