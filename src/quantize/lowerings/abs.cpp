#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::abs, tflite::EmptyOptions{}, {l.input(0)}, "Abs"); }

}  // namespace

extern const LoweringDef abs_def;
const LoweringDef abs_def = {"abs", lower};

}  // namespace mltk::quantize
