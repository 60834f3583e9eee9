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
  if (transpose_b && context.input_shape(1).batched()) {
    transpose(context.inputs[1], n, k, context.scratch);
    simd::gemm(m, n, k, left, context.scratch, n, context.outputs[0], n, context.add);
    return;
  }
  const float* right = transpose_b ? context.packed : context.inputs[1];
  simd::gemm(m, n, k, left, right, n, context.outputs[0], n, context.add);
}

std::int64_t scratch(const Graph& graph, const Node& node, std::int64_t batch) {
  const Shape& b = graph.shape(node.inputs[1]);
  return node.as<MatmulAttributes>().transpose_b && b.batched() ? b.elements() * batch : 0;
}

std::int64_t packed_floats(const Graph& graph, const Node& node) {
  const Shape& b = graph.shape(node.inputs[1]);
  return node.as<MatmulAttributes>().transpose_b && !b.batched() ? b.elements() : 0;
}

void pack(const Graph& graph, const Node& node, const float* input, float* packed) {
  const Shape& b = graph.shape(node.inputs[1]);
  transpose(input, b.elements() / b.back(), b.back(), packed);
}

}  // namespace

extern const KernelDef matmul_def;
const KernelDef matmul_def = {
    .op = "matmul", .run = run, .scratch = scratch, .packed_floats = packed_floats, .pack = pack, .adds = true};

}  // namespace mltk::kernels
