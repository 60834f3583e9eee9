#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::exp, tflite::EmptyOptions{}, {l.input(0)}, "Exp"); }

}  // namespace

extern const LoweringDef exp_def;
const LoweringDef exp_def = {"exp", lower};

}  // namespace mltk::quantize
