#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

// A truth value is 0 or 1 in a graph.
void lower(Lowering& l) {
  const std::int32_t zero = l.graph.add_constant(l.name("zero"), {}, std::vector<float>{0});
  const std::int32_t truth = l.graph.add_activation(l.name("NotEqual"), l.shape(0));
  l.graph.tensor(truth).type = tflite::TensorType::boolean;
  l.add(BuiltinOperator::not_equal, tflite::EmptyOptions{}, {l.input(0), zero}, truth);
  l.emit(BuiltinOperator::select_v2, tflite::EmptyOptions{}, {truth, l.input(1), l.input(2)}, "SelectV2");
}

}  // namespace

extern const LoweringDef select_def;
const LoweringDef select_def = {"select", lower};

}  // namespace mltk::quantize
