#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

// A truth value is 0 or 1 in a graph.
void lower(Lowering& l) {
  const std::int32_t truth = l.graph.add_activation(l.name("Equal"), l.output_shape());
  l.graph.tensor(truth).type = tflite::TensorType::boolean;
  l.add(BuiltinOperator::equal, tflite::EmptyOptions{}, {l.input(0), l.input(1)}, truth);
  l.emit(BuiltinOperator::cast, {}, {truth}, "Cast");
}

}  // namespace

extern const LoweringDef equal_def;
const LoweringDef equal_def = {"equal", lower};

}  // namespace mltk::quantize
