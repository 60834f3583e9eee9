#pragma once

#include <algorithm>

#include "train/kernels/kernel.h"

namespace mltk::kernels {

/// Copy a block of `sizes` elements (its last axis contiguous) between two row-major arrays; `from` and `to` point at
/// the block's first element, the strides are those of the whole arrays.
inline void copy_block(std::span<const std::int64_t> sizes, const float* from,
                       std::span<const std::int64_t> from_strides, float* to,
                       std::span<const std::int64_t> to_strides) {
  if (sizes.size() == 1) {
    for (std::int64_t i = 0; i < sizes[0]; ++i) to[i * to_strides[0]] = from[i * from_strides[0]];
    return;
  }
  for (std::int64_t i = 0; i < sizes[0]; ++i) {
    copy_block(sizes.subspan(1), from + i * from_strides[0], from_strides.subspan(1), to + i * to_strides[0],
               to_strides.subspan(1));
  }
}

/// Sizes and row-major strides of a shape whose batch is `batch`.
struct Layout {
  std::int64_t sizes[8] = {};
  std::int64_t strides[8] = {};
  std::size_t rank = 0;

  Layout(const Shape& shape, std::int64_t batch) : rank(shape.rank()) {
    MLTK_ASSERT(rank <= 8);
    std::int64_t stride = 1;
    for (std::size_t axis = rank; axis-- > 0;) {
      sizes[axis] = shape[axis] == kBatch ? batch : shape[axis];
      strides[axis] = stride;
      stride *= sizes[axis];
    }
  }
  std::span<const std::int64_t> size_span() const { return {sizes, rank}; }
  std::span<const std::int64_t> stride_span() const { return {strides, rank}; }
};

/// Deal out the first input, `length` elements at a time, to the outputs in turn.
inline void deal(const KernelContext& context, std::int64_t length) {
  const auto count = static_cast<std::int64_t>(context.node->outputs.size());
  const std::int64_t rounds = context.elements(context.input_shape(0)) / (length * count);
  for (std::int64_t i = 0; i < rounds; ++i) {
    for (std::int64_t k = 0; k < count; ++k) {
      std::copy_n(context.inputs[0] + (i * count + k) * length, length,
                  context.outputs[static_cast<std::size_t>(k)] + i * length);
    }
  }
}

}  // namespace mltk::kernels
