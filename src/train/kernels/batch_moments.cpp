#include <algorithm>

#include "train/kernels/kernel.h"
#include "train/kernels/statistics.h"

namespace mltk::kernels {
namespace {

/// Mean and biased variance of each channel, in two passes: the mean first, so that a mean far from 0 costs no digits.
void run(const KernelContext& context) {
  const Shape& shape = context.input_shape(0);
  const std::int64_t channels = shape.back();
  const std::int64_t rows = context.elements(shape) / channels;
  float* mean = context.outputs[0];
  float* variance = context.outputs[1];
  const float share = 1.0F / static_cast<float>(rows);
  simd::column_sums(context.inputs[0], rows, channels, nullptr, mean);
  for (std::int64_t c = 0; c < channels; ++c) mean[c] *= share;
  simd::column_sums(context.inputs[0], rows, channels, mean, variance);
  for (std::int64_t c = 0; c < channels; ++c) variance[c] *= share;
}

}  // namespace

extern const KernelDef batch_moments_def;
const KernelDef batch_moments_def = {.op = "batch_moments", .run = run};

}  // namespace mltk::kernels
