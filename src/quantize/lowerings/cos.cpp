#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::cos, tflite::EmptyOptions{}, {l.input(0)}, "Cos"); }

}  // namespace

extern const LoweringDef cos_def;
const LoweringDef cos_def = {"cos", lower};

}  // namespace mltk::quantize
