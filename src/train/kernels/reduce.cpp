#include "train/kernels/reduce.h"

#include <algorithm>

#include "graph/ops/reduce_sum.h"
#include "train/kernels/elementwise.h"
#include "train/kernels/statistics.h"

namespace mltk::kernels {

void reduce_sum(const KernelContext& context) {
  const auto& axes = context.node->as<ReduceAttributes>().axes;
  const Shape& from = context.input_shape(0);
  float* out = context.outputs[0];
  std::fill_n(out, context.elements(context.output_shape()), 0.0F);
  if (from.rank() == 0) {
    out[0] = context.inputs[0][0];
    return;
  }

  // Sums over the axes between the batch and the channels.
  const bool all_between = axes.size() + 2 == from.rank() && !axes.empty() && axes.front() == 1 &&
                           axes.back() + 2 == static_cast<std::int64_t>(from.rank());
  if (all_between && from.batched()) {
    const std::int64_t channels = from.back();
    for (std::int64_t n = 0; n < context.batch; ++n) {
      simd::column_sums(context.inputs[0] + n * from.elements(), from.elements() / channels, channels, nullptr,
                        out + n * channels);
    }
    return;
  }

  // The input seen from the output: the same axes with size 1 where they are summed.
  Shape kept = from;
  for (const std::int64_t axis : axes) kept[static_cast<std::size_t>(axis)] = 1;
  Walk walk = make_walk(from, context.batch, from, kept);
  const std::size_t last = from.rank() - 1;
  const std::int64_t row = walk.sizes[last];
  const std::int64_t rows = context.elements(from) / std::max<std::int64_t>(row, 1);
  const bool sums_rows = walk.strides[1][last] == 0;
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* x = context.inputs[0] + walk.offsets[0];
    if (sums_rows) {
      out[walk.offsets[1]] += simd::sum(x, row);
    } else {
      simd::accumulate(x, out + walk.offsets[1], row);
    }
    walk.advance(last);
  }
}

}  // namespace mltk::kernels
