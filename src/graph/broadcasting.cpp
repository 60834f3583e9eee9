#include "graph/broadcasting.h"

#include <algorithm>

#include "graph/ops/reduce_sum.h"
#include "graph/ops/reshape.h"

namespace mltk {
namespace {

/// The size of `axis` counted from the end; 1 where the shape has no such axis.
std::int64_t size_from_end(const Shape& shape, std::size_t axis) {
  return axis < shape.rank() ? shape[shape.rank() - 1 - axis] : 1;
}

}  // namespace

Shape broadcast_shapes(const Shape& a, const Shape& b) {
  const auto reject = [&] {
    fail(ErrorKind::invalid_argument,
         "shapes {} and {} do not fit together: axes, aligned at the end, must be equal or 1", to_string(a),
         to_string(b));
  };
  if (a.batched() && b.batched() && a.rank() != b.rank()) reject();
  const std::size_t rank = std::max(a.rank(), b.rank());
  Shape result(std::vector<std::int64_t>(rank, 1));
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t x = size_from_end(a, i);
    const std::int64_t y = size_from_end(b, i);
    if (x != y && x != 1 && y != 1) reject();
    result[rank - 1 - i] = x == 1 ? y : x;
  }
  // The batch must stay the first axis.
  if ((a.batched() && a.rank() < rank) || (b.batched() && b.rank() < rank)) reject();
  return result;
}

ValueId reduce_to(Graph& graph, ValueId gradient, const Shape& target) {
  const Shape& shape = graph.shape(gradient);
  if (shape == target) return gradient;
  ReduceAttributes attributes;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    const std::size_t from_end = shape.rank() - 1 - axis;
    const bool stretched = size_from_end(target, from_end) == 1 && shape[axis] != 1;
    if (from_end >= target.rank() || stretched) attributes.axes.push_back(static_cast<std::int64_t>(axis));
  }
  const ValueId sum = ops::reduce_sum(graph, gradient, attributes);
  return graph.shape(sum) == target ? sum : ops::reshape(graph, sum, target);
}

std::vector<ValueType> infer_unary(const std::any&, std::span<const ValueType> inputs) {
  MLTK_ASSERT(inputs.size() == 1);
  return {inputs[0]};
}

std::vector<ValueType> infer_binary(const std::any&, std::span<const ValueType> inputs) {
  MLTK_ASSERT(inputs.size() == 2);
  return {{DType::float32, broadcast_shapes(inputs[0].shape, inputs[1].shape)}};
}

}  // namespace mltk
