#include "graph/composition.h"

#include <algorithm>
#include <numeric>

#include "graph/ops/abs.h"
#include "graph/ops/add.h"
#include "graph/ops/exp.h"
#include "graph/ops/log.h"
#include "graph/ops/maximum.h"
#include "graph/ops/mul.h"
#include "graph/ops/neg.h"
#include "graph/ops/reduce_mean.h"
#include "graph/ops/reduce_sum.h"
#include "graph/ops/relu.h"
#include "graph/ops/rsqrt.h"
#include "graph/ops/square.h"
#include "graph/ops/sub.h"
#include "graph/ops/transpose.h"

namespace mltk {
namespace {

/// All axes with `axis` moved to the end.
std::vector<std::int64_t> order_with_last(const Shape& shape, std::int64_t axis) {
  std::vector<std::int64_t> order(shape.rank());
  std::iota(order.begin(), order.end(), 0);
  std::rotate(order.begin() + axis, order.begin() + axis + 1, order.end());
  return order;
}

}  // namespace

ValueId softplus(Graph& graph, ValueId x) {
  if (graph.deployed()) return ops::log(graph, ops::add(graph, ops::exp(graph, x), graph.add_scalar(1)));
  const ValueId tail = ops::exp(graph, ops::neg(graph, ops::abs(graph, x)));
  return ops::add(graph, ops::relu(graph, x), ops::log(graph, ops::add(graph, tail, graph.add_scalar(1))));
}

ValueId l2_normalize(Graph& graph, ValueId x, std::int64_t axis) {
  const std::int64_t along = resolve_axis(graph.shape(x), axis);
  const ValueId sum = ops::reduce_sum(graph, ops::square(graph, x), {.axes = {along}, .keep_dims = true});
  return ops::mul(graph, x, ops::rsqrt(graph, ops::maximum(graph, sum, graph.add_scalar(1e-12F))));
}

ValueId standardize(Graph& graph, ValueId x, const std::vector<std::int64_t>& axes, float epsilon) {
  const ValueId centred = ops::sub(graph, x, ops::reduce_mean(graph, x, {.axes = axes, .keep_dims = true}));
  const ValueId variance = ops::reduce_mean(graph, ops::square(graph, centred), {.axes = axes, .keep_dims = true});
  return ops::mul(graph, centred, ops::rsqrt(graph, ops::add(graph, variance, graph.add_scalar(epsilon))));
}

std::int64_t resolve_axis(const Shape& shape, std::int64_t axis) {
  const auto rank = static_cast<std::int64_t>(shape.rank());
  if (axis < -rank || axis >= rank) {
    fail(ErrorKind::invalid_argument, "axis={}, but {} has {} axes", axis, to_string(shape), rank);
  }
  return axis < 0 ? axis + rank : axis;
}

ValueId axis_to_end(Graph& graph, ValueId x, std::int64_t axis) {
  const Shape& shape = graph.shape(x);
  const std::int64_t from = resolve_axis(shape, axis);
  if (from + 1 == static_cast<std::int64_t>(shape.rank())) return x;
  if (shape[static_cast<std::size_t>(from)] == kBatch) {
    fail(ErrorKind::invalid_argument, "axis={} of {} is the batch; choose another one", axis, to_string(shape));
  }
  return ops::transpose(graph, x, {order_with_last(shape, from)});
}

ValueId axis_from_end(Graph& graph, ValueId x, std::int64_t axis) {
  const Shape& shape = graph.shape(x);
  const std::int64_t to = resolve_axis(shape, axis);
  if (to + 1 == static_cast<std::int64_t>(shape.rank())) return x;
  std::vector<std::int64_t> order(shape.rank());
  std::iota(order.begin(), order.end(), 0);
  std::rotate(order.begin() + to, order.end() - 1, order.end());
  return ops::transpose(graph, x, {std::move(order)});
}

std::vector<std::int64_t> axes_from(const Shape& shape, std::size_t front) {
  std::vector<std::int64_t> axes(shape.rank() - std::min(front, shape.rank()));
  std::iota(axes.begin(), axes.end(), static_cast<std::int64_t>(front));
  return axes;
}

}  // namespace mltk
