#include "graph/ops/batch_matmul.h"

#include "train/kernels/gemm.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const auto& [transpose_a, transpose_b] = context.node->as<MatmulAttributes>();
  const Shape& a = context.input_shape(0);
  const Shape& y = context.output_shape();
  const std::int64_t m = y[y.rank() - 2];
  const std::int64_t n = y.back();
  const std::int64_t k = transpose_a ? a[a.rank() - 2] : a.back();
  const std::int64_t count = context.elements(y) / (m * n);
  for (std::int64_t i = 0; i < count; ++i) {
    const float* left = context.inputs[0] + i * m * k;
    const float* right = context.inputs[1] + i * k * n;
    if (transpose_b) {
      transpose(right, n, k, context.scratch);
      right = context.scratch;
    }
    simd::gemm(m, n, k, transpose_a ? simd::Matrix{left, 1, m} : simd::Matrix{left, k, 1}, right, n,
               context.outputs[0] + i * m * n, n, false);
  }
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t) {
  const Shape& b = graph.shape(node.inputs[1]);
  return node.as<MatmulAttributes>().transpose_b ? b.back() * b[b.rank() - 2] : 0;
}

}  // namespace

extern const KernelDef batch_matmul_def;
const KernelDef batch_matmul_def = {.op = "batch_matmul", .run = run, .scratch = scratch};

}  // namespace mltk::kernels
