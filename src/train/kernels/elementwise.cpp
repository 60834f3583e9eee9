#include "train/kernels/elementwise.h"

namespace mltk::kernels {

void Walk::advance(std::size_t axes) {
  for (std::size_t axis = axes; axis-- > 0;) {
    for (int k = 0; k < 2; ++k) offsets[k] += strides[k][axis];
    if (++index[axis] < sizes[axis]) return;
    for (int k = 0; k < 2; ++k) offsets[k] -= strides[k][axis] * sizes[axis];
    index[axis] = 0;
  }
}

Walk make_walk(const Shape& shape, std::int64_t batch, const Shape& a, const Shape& b) {
  MLTK_ASSERT(shape.rank() <= kMaxRank);
  Walk walk{.rank = shape.rank()};
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    walk.sizes[axis] = shape[axis] == kBatch ? batch : shape[axis];
  const Shape* operands[2] = {&a, &b};
  for (int k = 0; k < 2; ++k) {
    const Shape& operand = *operands[k];
    std::int64_t stride = 1;
    for (std::size_t i = 0; i < operand.rank(); ++i) {
      const std::size_t axis = shape.rank() - 1 - i;
      const std::int64_t size = operand[operand.rank() - 1 - i];
      walk.strides[k][axis] = size == 1 ? 0 : stride;
      if (size != kBatch) stride *= size;
    }
  }
  return walk;
}

namespace {

/// Drop axes of size 1: they only stand in the way of joining others.
void squeeze(Walk& walk) {
  std::size_t kept = 0;
  for (std::size_t axis = 0; axis < walk.rank; ++axis) {
    if (walk.sizes[axis] == 1) continue;
    walk.sizes[kept] = walk.sizes[axis];
    for (int k = 0; k < 2; ++k) walk.strides[k][kept] = walk.strides[k][axis];
    ++kept;
  }
  walk.rank = kept;
}

}  // namespace

void run_binary(const KernelContext& context, simd::Binary op) {
  Walk walk = make_walk(context.output_shape(), context.batch, context.input_shape(0), context.input_shape(1));
  squeeze(walk);

  // Join trailing axes into one inner loop while both operands go through them densely or not at all.
  std::size_t axes = walk.rank;
  std::int64_t inner = 1;
  bool scalar[2] = {true, true};
  if (axes > 0) {
    --axes;
    inner = walk.sizes[axes];
    for (int k = 0; k < 2; ++k) scalar[k] = walk.strides[k][axes] == 0;
  }
  while (axes > 0) {
    const auto joins = [&](int k) {
      return scalar[k] ? walk.strides[k][axes - 1] == 0 : walk.strides[k][axes - 1] == inner;
    };
    if (!joins(0) || !joins(1)) break;
    inner *= walk.sizes[--axes];
  }

  // One axis more becomes the rows.
  std::int64_t rows = 1;
  std::int64_t row_stride[2] = {0, 0};
  if (axes > 0) {
    --axes;
    rows = walk.sizes[axes];
    for (int k = 0; k < 2; ++k) row_stride[k] = walk.strides[k][axes];
    // Rows that are stepped through alike join too: a bias is added to all pixels of all samples in one call.
    while (axes > 0 && walk.strides[0][axes - 1] == row_stride[0] * rows &&
           walk.strides[1][axes - 1] == row_stride[1] * rows) {
      rows *= walk.sizes[--axes];
    }
  }

  std::int64_t outer = 1;
  for (std::size_t axis = 0; axis < axes; ++axis) outer *= walk.sizes[axis];
  float* out = context.outputs[0];
  for (std::int64_t i = 0; i < outer; ++i) {
    simd::binary(op, {context.inputs[0] + walk.offsets[0], row_stride[0], scalar[0]},
                 {context.inputs[1] + walk.offsets[1], row_stride[1], scalar[1]}, out, rows, inner);
    out += rows * inner;
    walk.advance(axes);
  }
}

}  // namespace mltk::kernels
