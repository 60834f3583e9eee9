#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::prelu, {}, {l.input(0), l.input(1, "PRelu")}, "PRelu"); }

}  // namespace

extern const LoweringDef prelu_def;
const LoweringDef prelu_def = {"prelu", lower};

}  // namespace mltk::quantize
