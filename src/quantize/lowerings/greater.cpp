#include "graph/ops/greater.h"

#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

using tflite::BuiltinOperator;

// A truth value is 0 or 1 in a graph.
void lower(Lowering& l) {
  const std::int32_t truth = l.graph.add_activation(l.name("Greater"), l.output_shape());
  l.graph.tensor(truth).type = tflite::TensorType::boolean;
  l.add(BuiltinOperator::greater, tflite::EmptyOptions{}, {l.input(0), l.input(1)}, truth);
  l.emit(BuiltinOperator::cast, {}, {truth}, "Cast");
}

}  // namespace

extern const LoweringDef greater_def;
const LoweringDef greater_def = {"greater", lower};

}  // namespace mltk::quantize
