#include "graph/ops/slice.h"

#include "graph/ops/pad.h"

namespace mltk {
namespace {

std::vector<ValueType> infer(const std::any& attributes, std::span<const ValueType> inputs) {
  const auto& [begin, size] = std::any_cast<const SliceAttributes&>(attributes);
  const Shape& shape = inputs[0].shape;
  MLTK_ASSERT(begin.size() == shape.rank() && size.size() == shape.rank());
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    const bool whole_batch = shape[axis] == kBatch && size[axis] == kBatch && begin[axis] == 0;
    const bool inside =
        shape[axis] != kBatch && begin[axis] >= 0 && size[axis] > 0 && begin[axis] + size[axis] <= shape[axis];
    if (!whole_batch && !inside) {
      fail(ErrorKind::invalid_argument, "cannot take {} elements from {} on of axis {} of {}", size[axis], begin[axis],
           axis, to_string(shape));
    }
  }
  return {{DType::float32, Shape(size)}};
}

std::vector<ValueId> gradient(Graph& graph, NodeId id, std::span<const ValueId> output_gradients) {
  const auto& [begin, size] = graph[id].as<SliceAttributes>();
  const Shape& shape = graph.shape(graph[id].inputs[0]);
  PadAttributes around;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    around.padding.emplace_back(begin[axis], shape[axis] == kBatch ? 0 : shape[axis] - begin[axis] - size[axis]);
  }
  return {ops::pad(graph, output_gradients[0], std::move(around))};
}

}  // namespace

const OpDef slice_def = {.name = "slice", .infer = infer, .gradient = gradient};

ValueId ops::slice(Graph& graph, ValueId x, SliceAttributes attributes) {
  return graph.add_node(slice_def, std::move(attributes), {x})[0];
}

}  // namespace mltk
