#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::sin, tflite::EmptyOptions{}, {l.input(0)}, "Sin"); }

}  // namespace

extern const LoweringDef sin_def;
const LoweringDef sin_def = {"sin", lower};

}  // namespace mltk::quantize
