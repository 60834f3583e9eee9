#include "graph/ops/unstack.h"

#include "quantize/float_graph.h"
#include "tflite/ops/unpack.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto axis = static_cast<std::int32_t>(l.node.as<UnstackAttributes>().axis);
  const auto count = static_cast<std::int32_t>(l.node.outputs.size());
  tflite::Operator op{.code = tflite::BuiltinOperator::unpack,
                      .options = tflite::UnpackOptions{.num = count, .axis = axis},
                      .inputs = {l.input(0)},
                      .outputs = {}};
  for (const ValueId output : l.node.outputs) {
    const std::int32_t part = l.graph.add_activation(l.name("unstack"), l.output_shape());
    l.tensors[output] = part;
    op.outputs.push_back(part);
  }
  l.graph.main().operators.push_back(std::move(op));
}

}  // namespace

extern const LoweringDef unstack_def;
const LoweringDef unstack_def = {"unstack", lower};

}  // namespace mltk::quantize
