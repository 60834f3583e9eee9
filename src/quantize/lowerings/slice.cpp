#include "graph/ops/slice.h"

#include "quantize/float_graph.h"
#include "tflite/ops/strided_slice.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto& [first, size] = l.node.as<SliceAttributes>();
  std::vector<std::int32_t> begin;
  std::vector<std::int32_t> end;
  std::int32_t begin_mask = 0;
  std::int32_t end_mask = 0;
  for (std::size_t axis = 0; axis < size.size(); ++axis) {
    const bool whole = size[axis] == l.shape(0)[axis];
    // Ends count from the end, as specifications write them.
    const auto rest = whole ? 0 : static_cast<std::int32_t>(l.shape(0)[axis] - first[axis] - size[axis]);
    if (whole) begin_mask |= 1 << axis;
    if (rest == 0) end_mask |= 1 << axis;
    begin.push_back(static_cast<std::int32_t>(first[axis]));
    end.push_back(-rest);
  }
  const std::vector<std::int32_t> strides(size.size(), 1);
  const auto constant = [&](std::string_view name, const std::vector<std::int32_t>& values) {
    return l.graph.add_constant(l.name(name), {static_cast<std::int64_t>(values.size())}, values);
  };
  l.emit(tflite::BuiltinOperator::strided_slice,
         tflite::StridedSliceOptions{.begin_mask = begin_mask, .end_mask = end_mask},
         {l.input(0), constant("begin", begin), constant("end", end), constant("strides", strides)}, "strided_slice");
}

}  // namespace

extern const LoweringDef slice_def;
const LoweringDef slice_def = {"slice", lower};

}  // namespace mltk::quantize
