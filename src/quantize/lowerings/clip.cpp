#include "graph/ops/clip.h"

#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) {
  const auto& [low, high] = l.node.as<ClipAttributes>();
  if (high == 1 && (low == 0 || low == -1)) {
    return l.emit(low == 0 ? tflite::BuiltinOperator::relu_0_to_1 : tflite::BuiltinOperator::relu_n1_to_1, {},
                  {l.input(0)}, "clip_by_value");
  }
  const auto limit = [&](float value) { return l.graph.add_constant(l.name("Const"), {}, std::vector<float>{value}); };
  const std::int32_t raised = l.graph.add_activation(l.name("clip_by_value/Maximum"), l.output_shape());
  l.graph.main().operators.push_back({.code = tflite::BuiltinOperator::maximum,
                                      .options = tflite::EmptyOptions{},
                                      .inputs = {l.input(0), limit(low)},
                                      .outputs = {raised}});
  l.emit(tflite::BuiltinOperator::minimum, tflite::EmptyOptions{}, {raised, limit(high)}, "clip_by_value");
}

}  // namespace

extern const LoweringDef clip_def;
const LoweringDef clip_def = {"clip", lower};

}  // namespace mltk::quantize
