#include "graph/ops/matmul.h"

#include <algorithm>

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const auto& matmul = std::any_cast<const MatmulAttributes&>(attributes);
  const Shape& a = inputs[0].shape;
  const Shape& b = inputs[1].shape;
  const auto reject = [&] {
    fail(ErrorKind::invalid_argument, "cannot multiply {}{} by {}{}: the inner sizes differ", to_string(a),
         matmul.transpose_a ? " transposed" : "", to_string(b), matmul.transpose_b ? " transposed" : "");
  };
  if (a.rank() < 2 || b.rank() < 2) reject();
  if (matmul.transpose_a && a.batched()) {
    // A sum over all rows of both.
    if (matmul.transpose_b || !std::equal(a.begin(), a.end() - 1, b.begin(), b.end() - 1)) reject();
    return {{DType::float32, Shape{a.back(), b.back()}}};
  }
  if (b.rank() != 2 || (matmul.transpose_a && a.rank() != 2)) reject();
  const std::int64_t inner_a = matmul.transpose_a ? a[0] : a.back();
  const std::int64_t inner_b = matmul.transpose_b ? b[1] : b[0];
  const std::int64_t columns = matmul.transpose_b ? b[0] : b[1];
  if (inner_a != inner_b || columns == kBatch) reject();
  Shape shape = a;
  if (matmul.transpose_a) shape[0] = a[1];
  shape[a.rank() - 1] = columns;
  return {{DType::float32, shape}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const auto [transpose_a, transpose_b] = graph[id].as<MatmulAttributes>();
  const ValueId a = graph[id].inputs[0];
  const ValueId b = graph[id].inputs[1];
  const ValueId dy = output_gradients[0];
  const ValueId da = transpose_a ? ops::matmul(graph, b, dy, {.transpose_a = transpose_b, .transpose_b = true})
                                 : ops::matmul(graph, dy, b, {.transpose_a = false, .transpose_b = !transpose_b});
  const ValueId db = transpose_b ? ops::matmul(graph, dy, a, {.transpose_a = true, .transpose_b = transpose_a})
                                 : ops::matmul(graph, a, dy, {.transpose_a = !transpose_a, .transpose_b = false});
  return {da, db};
}

}  // namespace

const OpDef matmul_def = {.name = "matmul", .infer = infer, .gradient = gradient};

ValueId ops::matmul(Graph& graph, ValueId a, ValueId b, MatmulAttributes attributes) {
  return graph.add_node(matmul_def, attributes, {a, b})[0];
}

}  // namespace mltk
