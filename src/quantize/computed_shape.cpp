#include "quantize/computed_shape.h"

#include "tflite/ops/pack.h"
#include "tflite/ops/shape.h"
#include "tflite/ops/strided_slice.h"

namespace mltk::quantize {

using tflite::BuiltinOperator;

std::int32_t add_computed_shape(Lowering& l, std::int32_t input, const Shape& target, std::string_view suffix) {
  FloatGraph& graph = l.graph;
  const auto vector = [&](std::string_view name, std::int32_t value) {
    return graph.add_constant(l.name(name), {1}, std::vector<std::int32_t>{value});
  };
  const auto rank = static_cast<std::int64_t>(graph.tensor(input).shape.size());
  const std::int32_t shape = l.add(BuiltinOperator::shape, tflite::ShapeOptions{.out_type = tflite::TensorType::int32},
                                   {input}, graph.add_integers(l.name("Shape"), {rank}));
  const std::int32_t batch = l.add(
      BuiltinOperator::strided_slice, tflite::StridedSliceOptions{.shrink_axis_mask = 1},
      {shape, vector("strided_slice/stack", 0), vector("strided_slice/stack_1", 1), vector("strided_slice/stack_2", 1)},
      graph.add_integers(l.name("strided_slice"), {}));
  std::vector<std::int32_t> sizes = {batch};
  for (std::size_t axis = 1; axis < target.rank(); ++axis) {
    sizes.push_back(graph.add_constant(l.name(fmt::format("{}/{}", suffix, axis)), Shape{},
                                       std::vector{static_cast<std::int32_t>(target[axis])}));
  }
  const auto count = static_cast<std::int32_t>(sizes.size());
  return l.add(BuiltinOperator::pack, tflite::PackOptions{.values_count = count}, std::move(sizes),
               graph.add_integers(l.name(suffix), {count}));
}

}  // namespace mltk::quantize
