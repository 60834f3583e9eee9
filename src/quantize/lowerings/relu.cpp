#include "quantize/float_graph.h"

namespace mltk::quantize {
namespace {

void lower(Lowering& l) { l.emit(tflite::BuiltinOperator::relu, {}, {l.input(0)}, "relu"); }

}  // namespace

extern const LoweringDef relu_def;
const LoweringDef relu_def = {"relu", lower};

}  // namespace mltk::quantize
