#include <cmath>

#include "train/kernels/kernel.h"
#include "train/kernels/simd.h"

namespace mltk::kernels {
namespace {

// -sum(labels * (x - max - log(sum(exp(x - max)))))
void run(const KernelContext& context) {
  const std::int64_t classes = context.input_shape(0).back();
  const std::int64_t rows = context.elements(context.input_shape(0)) / classes;
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* x = context.inputs[0] + r * classes;
    const float* labels = context.inputs[1] + r * classes;
    const float most = simd::max(x, classes);
    const float log_total = std::log(simd::exp_sum(x, most, context.scratch, classes));
    float loss = 0;
    for (std::int64_t c = 0; c < classes; ++c) loss -= labels[c] * (x[c] - most - log_total);
    context.outputs[0][r] = loss;
  }
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t) { return graph.shape(node.inputs[0]).back(); }

}  // namespace

extern const KernelDef softmax_cross_entropy_def;
const KernelDef softmax_cross_entropy_def = {.op = "softmax_cross_entropy", .run = run, .scratch = scratch};

}  // namespace mltk::kernels
