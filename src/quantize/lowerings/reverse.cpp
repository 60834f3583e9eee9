#include "graph/ops/reverse.h"

#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto axis = static_cast<std::int32_t>(l.node.as<ReverseAttributes>().axis);
  const std::int32_t constant = l.graph.add_constant(l.name("ReverseV2/axis"), {1}, std::vector{axis});
  l.emit(tflite::BuiltinOperator::reverse_v2, {}, {l.input(0), constant}, "ReverseV2");
}

}  // namespace

extern const LoweringDef reverse_def;
const LoweringDef reverse_def = {"reverse", lower};

}  // namespace mltk::quantize
