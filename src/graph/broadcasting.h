#pragma once

#include <any>
#include <span>
#include <vector>

#include "graph/graph.h"

namespace mltk {

/// The shape that both operands are repeated to by NumPy's rule: axes are aligned at the end, 1 stretches. A batched
/// operand makes the result batched; two batched operands have the same rank.
/// Throws Error(invalid_argument) when they do not fit.
Shape broadcast_shapes(const Shape& a, const Shape& b);

/// Sum `gradient` over the axes along which an operand of shape `target` was repeated, the batch included.
ValueId reduce_to(Graph& graph, ValueId gradient, const Shape& target);

/// Shape rules that many operators share.
std::vector<ValueType> infer_unary(const std::any& attributes, std::span<const ValueType> inputs);
std::vector<ValueType> infer_binary(const std::any& attributes, std::span<const ValueType> inputs);

}  // namespace mltk
