#include "graph/ops/reshape.h"

#include <algorithm>
#include <optional>

#include "quantize/computed_shape.h"
#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

/// Flatten leaves the batch open even where it is fixed.
std::int32_t constant_shape(Lowering& l, bool flattens) {
  std::vector<std::int32_t> dims;
  for (const std::int64_t size : l.output_shape()) dims.push_back(static_cast<std::int32_t>(size));
  if (l.graph.fixed_batch() && !flattens && dims[0] == kBatch) dims[0] = 1;
  const auto rank = static_cast<std::int64_t>(dims.size());
  return l.graph.add_constant(l.name(flattens ? "Const" : "Reshape/shape"), {rank}, std::move(dims));
}

/// The axis of size 1 that the new shape has more, as Conv1D and pools of sequences ask for it.
std::optional<std::int32_t> added_axis(const Shape& from, const Shape& to) {
  if (to.rank() != from.rank() + 1) return std::nullopt;
  for (std::size_t axis = 1; axis < to.rank(); ++axis) {
    const bool fits = to[axis] == 1 && std::equal(from.begin(), from.begin() + axis, to.begin()) &&
                      std::equal(from.begin() + axis, from.end(), to.begin() + axis + 1);
    if (fits) return static_cast<std::int32_t>(axis);
  }
  return std::nullopt;
}

/// The added axis as its layer gives it: Conv1D counts from behind, others from the front.
std::int32_t as_given(const Lowering& l, std::int32_t axis) {
  const auto is_conv_1d = [&](const Node& node) {
    return node.op->name == "conv_2d" && std::ranges::find(node.inputs, l.node.outputs[0]) != node.inputs.end();
  };
  const bool from_behind = axis == 1 && std::ranges::any_of(l.graph.source().nodes(), is_conv_1d);
  return from_behind ? axis - static_cast<std::int32_t>(l.output_shape().rank()) : axis;
}

void lower(Lowering& l) {
  const bool reads_batch = l.node.as<ReshapeAttributes>().reads_batch;
  const std::int32_t input = l.input(0);
  const auto axis = added_axis(l.shape(0), l.output_shape());
  if (axis && !reads_batch && !l.graph.fixed_batch()) {
    const std::int32_t dim =
        l.graph.add_constant(l.name("ExpandDims/dim"), Shape{}, std::vector<std::int32_t>{as_given(l, *axis)});
    l.emit(BuiltinOperator::expand_dims, tflite::EmptyOptions{}, {input, dim}, "ExpandDims");
    return;
  }
  const std::int32_t shape = reads_batch && !l.graph.fixed_batch()
                                 ? add_computed_shape(l, input, l.output_shape(), "Reshape/shape")
                                 : constant_shape(l, !reads_batch && l.output_shape().rank() == 2);
  l.emit(BuiltinOperator::reshape, {}, {input, shape}, "Reshape");
}

}  // namespace

extern const LoweringDef reshape_def;
const LoweringDef reshape_def = {"reshape", lower};

}  // namespace mltk::quantize
