#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::minimum, {}, {l.input(0), l.input(1)}, "Minimum"); }

}  // namespace

extern const LoweringDef minimum_def;
const LoweringDef minimum_def = {"minimum", lower};

}  // namespace mltk::quantize
