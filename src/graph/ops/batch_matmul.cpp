#include "graph/ops/batch_matmul.h"

#include <algorithm>

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const auto& [transpose_a, transpose_b] = std::any_cast<const MatmulAttributes&>(attributes);
  const Shape& a = inputs[0].shape;
  const Shape& b = inputs[1].shape;
  const std::size_t rank = a.rank();
  const bool same_front = rank >= 3 && b.rank() == rank && std::equal(a.begin(), a.end() - 2, b.begin());
  if (!same_front || a[transpose_a ? rank - 2 : rank - 1] != b[transpose_b ? rank - 1 : rank - 2]) {
    fail(ErrorKind::invalid_argument, "cannot multiply the matrices in {}{} by those in {}{}", to_string(a),
         transpose_a ? " transposed" : "", to_string(b), transpose_b ? " transposed" : "");
  }
  Shape shape = a;
  shape[rank - 2] = a[transpose_a ? rank - 1 : rank - 2];
  shape[rank - 1] = b[transpose_b ? rank - 2 : rank - 1];
  return {{DType::float32, shape}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const auto [transpose_a, transpose_b] = graph[id].as<MatmulAttributes>();
  const ValueId a = graph[id].inputs[0];
  const ValueId b = graph[id].inputs[1];
  const ValueId dy = output_gradients[0];
  const ValueId da = transpose_a ? ops::batch_matmul(graph, b, dy, {.transpose_a = transpose_b, .transpose_b = true})
                                 : ops::batch_matmul(graph, dy, b, {.transpose_a = false, .transpose_b = !transpose_b});
  const ValueId db = transpose_b ? ops::batch_matmul(graph, dy, a, {.transpose_a = true, .transpose_b = transpose_a})
                                 : ops::batch_matmul(graph, a, dy, {.transpose_a = !transpose_a, .transpose_b = false});
  return {da, db};
}

}  // namespace

const OpDef batch_matmul_def = {.name = "batch_matmul", .infer = infer, .gradient = gradient};

ValueId ops::batch_matmul(Graph& graph, ValueId a, ValueId b, MatmulAttributes attributes) {
  return graph.add_node(batch_matmul_def, std::move(attributes), {a, b})[0];
}

}  // namespace mltk
