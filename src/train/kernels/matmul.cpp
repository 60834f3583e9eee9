#include "graph/ops/matmul.h"

#include "train/kernels/gemm.h"

namespace mltk::kernels {
namespace {

void run(const KernelContext& context) {
  const auto& [transpose_a, transpose_b] = context.node->as<MatmulAttributes>();
  const Shape& a = context.input_shape(0);
  const Shape& b = context.input_shape(1);
  const std::int64_t rows = context.elements(a) / a.back();
  const std::int64_t m = transpose_a ? a.back() : rows;
  const std::int64_t k = transpose_a ? rows : a.back();
  const std::int64_t n = transpose_b ? context.elements(b) / b.back() : b.back();
  const simd::Matrix left =
      transpose_a ? simd::Matrix{context.inputs[0], 1, a.back()} : simd::Matrix{context.inputs[0], a.back(), 1};
  const float* right = context.inputs[1];
  if (transpose_b) {
    transpose(right, n, k, context.scratch);
    right = context.scratch;
  }
  simd::gemm(m, n, k, left, right, n, context.outputs[0], n, false);
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t batch) {
  const Shape& b = graph.shape(node.inputs[1]);
  return node.as<MatmulAttributes>().transpose_b ? b.elements() * (b.batched() ? batch : 1) : 0;
}

}  // namespace

extern const KernelDef matmul_def;
const KernelDef matmul_def = {.op = "matmul", .run = run, .scratch = scratch};

}  // namespace mltk::kernels
