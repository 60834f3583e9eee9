#include "graph/ops/split.h"

#include "quantize/float_graph.h"
#include "tflite/ops/split.h"
#include "tflite/ops/split_v.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

/// Sizes as layers list them: the last one is the rest.
std::vector<std::int32_t> listed_sizes(std::int64_t part, std::int32_t parts) {
  std::vector<std::int32_t> sizes(static_cast<std::size_t>(parts), static_cast<std::int32_t>(part));
  sizes.back() = -1;
  return sizes;
}

void lower(Lowering& l) {
  const auto& split = l.node.as<SplitAttributes>();
  const auto parts = static_cast<std::int32_t>(split.parts);
  const std::int32_t axis = l.graph.add_constant(l.name("split/split_dim"), Shape{},
                                                 std::vector<std::int32_t>{static_cast<std::int32_t>(split.axis)});
  if (!split.lists_sizes)
    return l.emit_all(BuiltinOperator::split, tflite::SplitOptions{parts}, {axis, l.input(0)}, "split");
  const auto& part = l.output_shape();
  const auto along =
      split.axis < 0 ? part.rank() - static_cast<std::size_t>(-split.axis) : static_cast<std::size_t>(split.axis);
  const std::int32_t sizes = l.graph.add_constant(l.name("Const"), {parts}, listed_sizes(part[along], parts));
  l.emit_all(BuiltinOperator::split_v, tflite::SplitVOptions{parts}, {l.input(0), sizes, axis}, "split");
}

}  // namespace

extern const LoweringDef split_def;
const LoweringDef split_def = {"split", lower};

}  // namespace mltk::quantize
