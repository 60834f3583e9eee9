#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::square, tflite::EmptyOptions{}, {l.input(0)}, "Square"); }

}  // namespace

extern const LoweringDef square_def;
const LoweringDef square_def = {"square", lower};

}  // namespace mltk::quantize
