#include <algorithm>

#include "train/kernels/kernel.h"

namespace mltk::kernels {
namespace {

/// Mean and biased variance of each channel, in two passes with double sums.
void run(const KernelContext& context) {
  const Shape& shape = context.input_shape(0);
  const std::int64_t channels = shape.back();
  const std::int64_t rows = context.elements(shape) / channels;
  auto* sums = reinterpret_cast<double*>(context.scratch);
  std::fill_n(sums, channels, 0.0);
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < channels; ++c) sums[c] += context.inputs[0][r * channels + c];
  }
  float* mean = context.outputs[0];
  for (std::int64_t c = 0; c < channels; ++c) mean[c] = static_cast<float>(sums[c] / static_cast<double>(rows));

  std::fill_n(sums, channels, 0.0);
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < channels; ++c) {
      const float difference = context.inputs[0][r * channels + c] - mean[c];
      sums[c] += difference * difference;
    }
  }
  for (std::int64_t c = 0; c < channels; ++c) {
    context.outputs[1][c] = static_cast<float>(sums[c] / static_cast<double>(rows));
  }
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t) {
  return 2 * graph.shape(node.inputs[0]).back();
}

}  // namespace

extern const KernelDef batch_moments_def;
const KernelDef batch_moments_def = {.op = "batch_moments", .run = run, .scratch = scratch};

}  // namespace mltk::kernels
