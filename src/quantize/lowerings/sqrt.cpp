#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::sqrt, tflite::EmptyOptions{}, {l.input(0)}, "Sqrt"); }

}  // namespace

extern const LoweringDef sqrt_def;
const LoweringDef sqrt_def = {"sqrt", lower};

}  // namespace mltk::quantize
