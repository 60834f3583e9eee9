#include "graph/ops/reshape.h"

#include "quantize/float_graph.h"
#include "tflite/ops/pack.h"
#include "tflite/ops/shape.h"
#include "tflite/ops/strided_slice.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

/// The new shape with the batch size of the input, computed when the model runs.
std::int32_t computed_shape(Lowering& l, std::int32_t input) {
  FloatGraph& graph = l.graph;
  const auto vector = [&](std::string_view suffix, std::int32_t value) {
    return graph.add_constant(l.name(suffix), {1}, std::vector<std::int32_t>{value});
  };
  const auto rank = static_cast<std::int64_t>(l.shape(0).rank());
  const std::int32_t shape = l.add(BuiltinOperator::shape, tflite::ShapeOptions{.out_type = tflite::TensorType::int32},
                                   {input}, graph.add_integers(l.name("Shape"), {rank}));
  const std::int32_t batch = l.add(
      BuiltinOperator::strided_slice, tflite::StridedSliceOptions{.shrink_axis_mask = 1},
      {shape, vector("strided_slice/stack", 0), vector("strided_slice/stack_1", 1), vector("strided_slice/stack_2", 1)},
      graph.add_integers(l.name("strided_slice"), {}));
  std::vector<std::int32_t> sizes = {batch};
  const Shape& target = l.output_shape();
  for (std::size_t axis = 1; axis < target.rank(); ++axis) {
    sizes.push_back(graph.add_constant(l.name(fmt::format("Reshape/shape/{}", axis)), Shape{},
                                       std::vector{static_cast<std::int32_t>(target[axis])}));
  }
  const auto count = static_cast<std::int32_t>(sizes.size());
  return l.add(BuiltinOperator::pack, tflite::PackOptions{.values_count = count}, std::move(sizes),
               graph.add_integers(l.name("Reshape/shape"), {count}));
}

std::int32_t constant_shape(Lowering& l, bool reads_batch) {
  std::vector<std::int32_t> dims;
  for (const std::int64_t size : l.output_shape()) dims.push_back(static_cast<std::int32_t>(size));
  if (reads_batch && dims[0] == kBatch) dims[0] = 1;
  const auto rank = static_cast<std::int64_t>(dims.size());
  return l.graph.add_constant(l.name(reads_batch ? "Reshape/shape" : "Const"), {rank}, std::move(dims));
}

void lower(Lowering& l) {
  const bool reads_batch = l.node.as<ReshapeAttributes>().reads_batch;
  const std::int32_t input = l.input(0);
  const std::int32_t shape =
      reads_batch && !l.graph.fixed_batch() ? computed_shape(l, input) : constant_shape(l, reads_batch);
  l.emit(BuiltinOperator::reshape, {}, {input, shape}, "Reshape");
}

}  // namespace

extern const LoweringDef reshape_def;
const LoweringDef reshape_def = {"reshape", lower};

}  // namespace mltk::quantize
