#pragma once

#include "graph/graph.h"

namespace mltk {

/// Functions that several modules compose of graph operators.

/// log(1 + exp(x)), stable for any x; in a deployed graph the three operators that the converter writes, for x up
/// to 88.
ValueId softplus(Graph& graph, ValueId x);

/// x over its Euclidean norm along `axis` (negative counts from the end); a norm below 1e-6 counts as 1e-6.
ValueId l2_normalize(Graph& graph, ValueId x, std::int64_t axis);

/// (x - mean) / sqrt(variance + epsilon), mean and biased variance over `axes`, which are not the batch.
ValueId standardize(Graph& graph, ValueId x, const std::vector<std::int64_t>& axes, float epsilon);

/// Move `axis` (negative counts from the end; not the batch) to the end.
/// Throws Error(invalid_argument) when there is no such axis.
ValueId axis_to_end(Graph& graph, ValueId x, std::int64_t axis);
/// The inverse of axis_to_end.
ValueId axis_from_end(Graph& graph, ValueId x, std::int64_t axis);

/// Non-negative number of an axis. Throws Error(invalid_argument) when there is no such axis.
std::int64_t resolve_axis(const Shape& shape, std::int64_t axis);

/// Every axis but the first `front` ones.
std::vector<std::int64_t> axes_from(const Shape& shape, std::size_t front);

}  // namespace mltk
