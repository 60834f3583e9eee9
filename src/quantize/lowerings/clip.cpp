#include "graph/ops/clip.h"

#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

// From above first, as TensorFlow's clip_by_value does it.
void lower(Lowering& l) {
  const auto& [low, high] = l.node.as<ClipAttributes>();
  if (low == -1 && high == 1) return l.emit(BuiltinOperator::relu_n1_to_1, {}, {l.input(0)}, "clip_by_value");
  const auto limit = [&](float value) { return l.graph.add_constant(l.name("Const"), {}, std::vector<float>{value}); };
  const std::int32_t lowered = l.add(BuiltinOperator::minimum, {}, {l.input(0), limit(high)},
                                     l.graph.add_activation(l.name("clip_by_value/Minimum"), l.output_shape()));
  if (low == 0) return l.emit(BuiltinOperator::relu, {}, {lowered}, "clip_by_value");
  l.emit(BuiltinOperator::maximum, {}, {lowered, limit(low)}, "clip_by_value");
}

}  // namespace

extern const LoweringDef clip_def;
const LoweringDef clip_def = {"clip", lower};

}  // namespace mltk::quantize
