#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::maximum, {}, {l.input(0), l.input(1)}, "Maximum"); }

}  // namespace

extern const LoweringDef maximum_def;
const LoweringDef maximum_def = {"maximum", lower};

}  // namespace mltk::quantize
